pm.test("the result is of this verification", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.json().reqNo).to.eql(pm.collectionVariables.get("reqNo"));
});
