// Goes through NICE's window without a person: the sandbox answers at once
// for whom it is told, in the way that it is told.
import { language } from "./language.js";
import { call, here } from "./wire.js";

const NAMES = ["token_version_id", "enc_data", "integrity_value"];
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Begins a verification; when the service limits its callers, as soon as it may. */
export async function begin() {
  const returnurl = here("/v1/member/verificationCallback");
  for (;;) {
    const exchange = await call("POST", "/v1/member/getOAuthToken", {
      body: { returnurl, methodtype: "get" },
    });
    if (exchange.answer.json?.payload?.reason !== "RATE_LIMITED") return exchange;
    await pause(Number(exchange.answer.headers["retry-after"] ?? 1));
  }
}

/** What NICE sends back for what was begun, and the number that it belongs to. */
export async function verify(begun, choices = {}) {
  const form = new URLSearchParams({ m: "service", sandbox_persona: "hong", ...choices });
  for (const name of NAMES) form.set(name, begun[name]);
  const options = { method: "POST", body: form, headers: { "accept-language": language } };
  const response = await fetch(here("/sandbox/CheckPlusSafeModel/service.cb"), options);
  // The window has sent the browser to the callback page, with the values.
  const query = new URL(response.url).searchParams;
  return { ...Object.fromEntries(NAMES.map((name) => [name, query.get(name)])), reqNo: begun.reqNo };
}

export { pause };
