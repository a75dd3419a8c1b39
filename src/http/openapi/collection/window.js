const told = pm.response.json();
pm.test("the person has verified and goes back to the shop", () => {
  pm.expect(told).to.include({ returned: true, method: "GET" });
});
pm.collectionVariables.set("backUrl", told.url);
