// The shop's server, played in the page, for the demo alone: a real shop has
// this on its server, where the key is, and keeps `reqNo` in its session.
import { call } from "./wire.js";

const SESSION = "demo:shop-session";
const MOST = 8;
const PATH = "/v1/member/getVerificationResult";

const kept = () => JSON.parse(sessionStorage.getItem(SESSION) ?? "[]");

/**
 * What the shop's server remembers of a verification that it began: one
 * session may have several, in two tabs or by another try.
 */
export function keep({ token_version_id, reqNo }) {
  const list = [...kept(), { token_version_id, reqNo }].slice(-MOST);
  sessionStorage.setItem(SESSION, JSON.stringify(list));
}

/** Opens what NICE answered, bound to the number that was kept for it. */
export function open({ token_version_id, enc_data, integrity_value }) {
  const isIts = (one) => one.token_version_id === token_version_id;
  const reqNo = kept().find(isIts)?.reqNo ?? "";
  const others = kept().filter((one) => !isIts(one));
  if (others.length === 0) sessionStorage.removeItem(SESSION);
  else sessionStorage.setItem(SESSION, JSON.stringify(others));
  return openAsServer({ token_version_id, enc_data, integrity_value, reqNo });
}

/**
 * As the shop's server would, with its key: this page has none, so the demo has
 * a route of its own for it, in the sandbox alone.
 */
export async function openAsServer(body) {
  const exchange = await call("POST", "/demo/verified", { body });
  exchange.request.path = PATH;
  exchange.request.headers["x-api-key"] = "RESULT_API_KEY";
  return exchange;
}
