// NICE's bad days, by the sandbox's own interface; what was on before is on
// afterwards, even when this page is left halfway.
import { begin, pause } from "./person.js";
import { here } from "./wire.js";

const FAULTS = here("/sandbox/api/faults");
// More than a pool is filled with here.
const MOST_READY = 3000;
const LONGEST_RECOVERY_MS = 15_000;

/** Begins verifications under this fault until one is refused. */
export async function refusedUnder(fault) {
  const { active } = await (await fetch(FAULTS)).json();
  const putBack = () => put(active);
  window.addEventListener("pagehide", putBack);
  try {
    await put([{ call: "crypto_token", fault }]);
    return await firstRefusal();
  } finally {
    await putBack();
    window.removeEventListener("pagehide", putBack);
    if (active.length === 0) await recovered();
  }
}

function put(entries) {
  const headers = { "content-type": "application/json" };
  if (entries.length === 0) return fetch(FAULTS, { method: "DELETE", keepalive: true });
  return fetch(FAULTS, { method: "PUT", headers, body: JSON.stringify(entries), keepalive: true });
}

/** Crypto tokens are fetched ahead of need: those that are ready go first. */
async function firstRefusal() {
  let exchange;
  for (let ready = 0; ready < MOST_READY; ready += 1) {
    exchange = await begin();
    if (exchange.answer.json?.error) break;
  }
  return exchange;
}

/** The service asks NICE again after a pause of some seconds. */
async function recovered() {
  const end = performance.now() + LONGEST_RECOVERY_MS;
  while (performance.now() < end) {
    const { answer } = await begin();
    if (!answer.json?.error) return;
    await pause(0.25);
  }
}
