// The same tests for each runner.
const assert = require("node:assert");
const { startSandbox, Refused, StartError } = require("nice-sandbox");
const { Shop } = require("./shop.js");

module.exports = ({ test, before, after }) => {
  let nice;
  before(async () => { nice = await startSandbox(); });
  after(() => nice.stop());

  test("a child comes back", async () => {
    const shop = new Shop(nice);
    const back = await nice.verify(await shop.begin(), { persona: "minor14" });
    assert.equal(back.method, "GET");
    assert(back.url.startsWith("https://shop.example/back?"));
    const person = shop.finish(back.values);
    assert.equal(person.name, "어린이");
    assert.equal(person.requestno, "R1");
  });

  test("a field is replaced", async () => {
    const shop = new Shop(nice);
    const back = await nice.verify(await shop.begin(), { name: "김철수" });
    assert.equal(shop.finish(back.values).name, "김철수");
  });

  test("nobody comes back", async () => {
    const shop = new Shop(nice);
    const given = await nice.verify(await shop.begin(), { outcome: "cancel" });
    assert.deepEqual([given.returned, given.code, given.values], [false, null, {}]);
    const failed = await nice.verify(await shop.begin(), { outcome: "0010" });
    assert.deepEqual([failed.returned, failed.code], [false, "0010"]);
  });

  test("a mistake is named", async () => {
    const own = await startSandbox();
    const window = { ...await new Shop(own).begin(), integrity_value: "AAAA" };
    await assert.rejects(own.verify(window), (error) => error instanceof Refused
      && error.fault.startsWith("integrity") && error.message.includes(error.fix.ko));
    await own.stop();
    assert(own.log.some((line) => line.includes("the sandbox's window refused")));
  });

  test("NICE has a bad day", async () => {
    await nice.faults.on("crypto_token", "gw_1503", { times: 1 });
    await assert.rejects(new Shop(nice).begin(), /1503/);
    await new Shop(nice).begin();
    await nice.faults.on("crypto_token", "gw_1702");
    await nice.faults.clear();
    await new Shop(nice).begin();
    await assert.rejects(nice.faults.on("crypto_token", "nonsense"), /catalogue/);
    assert((await nice.faults.catalogue()).length > 100);
  });

  test("통합인증 comes back", async () => {
    const back = await nice.verify(await new Shop(nice).authUrl());
    assert(back.values.web_transaction_id);
    assert((await nice.personas()).some(({ name }) => name === "hong"));
  });

  test("a mistake in the settings is told", async () => {
    await assert.rejects(startSandbox({ settings: { SANDBOX_PERIOD: "1s" } }), (error) =>
      error instanceof StartError && error.message.includes("SANDBOX_PERIOD"));
  });
};
