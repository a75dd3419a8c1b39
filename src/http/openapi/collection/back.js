// Of the standard window this is the shop's own page; of 통합인증 the service leads on to it.
const shop = pm.response.headers.get("location") || pm.collectionVariables.get("backUrl");
const values = Object.fromEntries((shop.split("?")[1] || "").split("&").map((pair) => {
  const [name, value = ""] = pair.split("=");
  return [name, decodeURIComponent(value)];
}));
pm.test("the shop's page gets the three values", () => {
  pm.expect(values).to.include.all.keys("token_version_id", "enc_data", "integrity_value");
  pm.expect(values.token_version_id).to.eql(pm.collectionVariables.get("token_version_id"));
});
for (const name of ["token_version_id", "enc_data", "integrity_value"]) {
  pm.collectionVariables.set(name, values[name] || "");
}
