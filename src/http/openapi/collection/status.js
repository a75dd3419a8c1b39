pm.test("it has been opened", () => {
  pm.response.to.have.status(200);
  pm.expect(pm.response.json().state).to.eql("opened");
});
