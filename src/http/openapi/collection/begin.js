pm.test("begun, and the window is named", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.headers.get("x-nice-window-url")).to.be.a("string");
});
const begun = pm.response.json();
for (const name of ["token_version_id", "enc_data", "integrity_value", "reqNo"]) {
  pm.collectionVariables.set(name, begun[name]);
}
const windowUrl = pm.response.headers.get("x-nice-window-url");
pm.collectionVariables.set("windowUrl", windowUrl);
pm.collectionVariables.set("windowOrigin", windowUrl.split("/", 3).join("/"));
