// The browser's part: through the window and back.

const SEALED = ["token_version_id", "enc_data", "integrity_value"];

/** The window does not open: `fault` names the mistake, the message tells how to fix it. */
class Refused extends Error {
  name = "Refused";

  constructor(told) {
    const said = [told.title, ...told.wrong, told.fix].map(({ ko, en }) => `  ${ko}\n  ${en}`);
    super(`${told.fault}\n${said.join("\n")}`);
    Object.assign(this, told);
  }
}

async function verify(window, windowUrl, choices) {
  const headers = { accept: "application/json" };
  const query = new URLSearchParams(choices);
  let answer;
  if (typeof window === "string" || window instanceof URL) {
    // 통합인증: the address is all there is.
    const url = new URL(window);
    for (const [name, value] of query) url.searchParams.append(name, value);
    answer = await fetch(url, { headers });
  } else {
    const body = new URLSearchParams({ m: "service" });
    for (const name of SEALED) if (name in window) body.append(name, window[name]);
    for (const [name, value] of query) body.append(name, value);
    answer = await fetch(windowUrl, { method: "POST", headers, body });
  }
  const told = await answer.json();
  if ("fault" in told) throw new Refused(told);
  const notices = (answer.headers.get("x-sandbox-notice") ?? "").split(", ").filter(Boolean);
  const nowhere = { method: "", url: "", values: {}, times: 1, code: null };
  const { message: _, ...rest } = told;
  return { ...nowhere, ...rest, notices };
}

module.exports = { verify, Refused };
