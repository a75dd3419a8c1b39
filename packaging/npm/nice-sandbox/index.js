// NICE평가정보's identity verification (본인인증) as a part of a test. Nothing in it is real.
//
// CommonJS, which `import` and `require` both take, and so every test runner.
const { start, StartError } = require("./process.js");
const { verify, Refused } = require("./window.js");

class Faults {
  #url;

  constructor(baseUrl) {
    this.#url = `${baseUrl}/sandbox/api/faults`;
  }

  async on(call, fault, { times, delay } = {}) {
    await this.#ask({
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([...(await this.active()), { call, fault, times, delay }]),
    });
  }

  async clear() {
    await this.#ask({ method: "DELETE" });
  }

  async active() {
    return (await (await this.#ask()).json()).active;
  }

  async catalogue() {
    return (await (await this.#ask()).json()).catalogue;
  }

  async #ask(request) {
    const answer = await fetch(this.#url, request);
    if (!answer.ok) throw new Error((await answer.json()).message);
    return answer;
  }
}

class Sandbox {
  #process;

  constructor(process) {
    this.#process = process;
    const told = process.greeting;
    this.baseUrl = told.base_url;
    this.windowUrl = told.window_url;
    this.clientId = told.client_id;
    this.clientSecret = told.client_secret;
    this.productId = told.product_id;
    this.institutionToken = told.institution_token;
    this.integrated = {
      clientId: told.integrated.client_id,
      clientSecret: told.integrated.client_secret,
      svcTypes: told.integrated.svc_types,
    };
    this.faults = new Faults(this.baseUrl);
  }

  get log() {
    return [...this.#process.log];
  }

  async personas() {
    return (await fetch(`${this.baseUrl}/sandbox/api/personas`)).json();
  }

  async verify(window, { persona = "hong", outcome = "success", ...fields } = {}) {
    const choices = { sandbox_persona: persona, sandbox_outcome: outcome };
    for (const [name, value] of Object.entries(fields)) choices[`sandbox_${name}`] = value;
    return verify(window, this.windowUrl, choices);
  }

  async stop() {
    await this.#process.stop();
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.stop();
  }
}

async function startSandbox({ autoApprove, settings = {} } = {}) {
  const words = autoApprove === undefined ? [] : [`--auto-approve=${autoApprove}`];
  // A BIND of the shop's own would be another program's.
  const { BIND, LOG_FORMAT, RUST_LOG, ...environment } = process.env;
  return new Sandbox(await start(words, { ...environment, ...settings }));
}

module.exports = { startSandbox, Refused, StartError };
