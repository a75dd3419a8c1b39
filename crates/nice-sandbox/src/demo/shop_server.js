// The shop's server, played in the page, for the demo alone: a real shop has
// this on its server, where the key is, and keeps `reqNo` in its session.
import { call } from "./wire.js";

const SESSION = "demo:shop-session";

/** What the shop's server remembers of the verification that it began. */
export function keep(reqNo) {
  sessionStorage.setItem(SESSION, reqNo);
}

/** Opens what NICE answered, bound to the number that was kept. */
export function open({ token_version_id, enc_data, integrity_value }) {
  const reqNo = sessionStorage.getItem(SESSION) ?? "";
  sessionStorage.removeItem(SESSION);
  const body = { token_version_id, enc_data, integrity_value, reqNo };
  return call("POST", "/v1/member/getVerificationResult", { body });
}
