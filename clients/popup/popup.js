// The popup kit: opens NICE's standard window (표준창) for a page of the shop
// and brings back what NICE answered. The values are sealed, and the shop's
// own server has them opened: nothing personal passes through the browser.

const NICE_WINDOW = "https://nice.checkplus.co.kr/CheckPlusSafeModel/service.cb";
const SEALED = ["token_version_id", "enc_data", "integrity_value"];

// What callback.js says and keeps, by the same names there.
const ANSWERED = "member-verification";
const RECEIVED = "member-verification:received";
const FAILED = "member-verification:failed";
const PENDING = "member-verification:pending";
const RESULT = "member-verification:result";

const MINUTE = 60_000;
const LOOK_AFTER_WINDOW = 500;

const MESSAGES = {
  blocked: "the browser did not let the window open, or keeps no sessionStorage",
  closed: "the window was closed before a result came",
  timeout: "no result came in time",
  refused: "the service refused",
  failed: "NICE returned without usable values",
  network: "the service can't be reached, or its answer is not the contract's",
  cancelled: "cancelled by the shop's page",
};

/** Why there is no result; `reason` is for programs. */
export class VerificationError extends Error {
  constructor(reason, { message = MESSAGES[reason], status, refusal, cause } = {}) {
    super(message, { cause });
    this.name = "VerificationError";
    this.reason = reason;
    this.status = status;
    this.refusal = refusal;
  }
}

/**
 * Begins a verification. Call it inside the click: the window opens at once,
 * or a blocker stops it.
 */
export function openVerification({
  api = "",
  request = {},
  headers = {},
  mode = "popup",
  timeout = 15 * MINUTE,
  closedGrace = 3 * MINUTE,
  returnPath = location.pathname + location.search + location.hash,
  onWindowClosed = () => {},
} = {}) {
  // Aborted on each way out: every listener, timer and channel ends with it.
  const end = new AbortController();
  let settle;
  const result = new Promise((resolve, reject) => {
    settle = (outcome) => {
      if (end.signal.aborted) return;
      end.abort();
      (outcome instanceof Error ? reject : resolve)(outcome);
    };
  });
  const fail = (reason) => settle(new VerificationError(reason));
  const ended = end.signal;
  later(timeout, () => fail("timeout"), ended);
  const begin = () => ask(api, request, headers, ended);
  const verification =
    mode === "page"
      ? throughPage({ begin, returnPath, fail, ended })
      : throughPopup({ begin, closedGrace, onWindowClosed, settle, fail, ended });
  verification.catch(settle);
  return Object.assign(result, { cancel: () => fail("cancelled") });
}

/**
 * On the page that a whole-page verification returns to: takes its result,
 * once; `null` when there is none.
 */
export function resumeVerification() {
  const pending = read(PENDING);
  const result = read(RESULT);
  if (result === null) return null;
  sessionStorage.removeItem(RESULT);
  if (pending?.token_version_id !== result.token_version_id) return null;
  sessionStorage.removeItem(PENDING);
  if (result.failed) throw new VerificationError("failed");
  return answerOf(pending, result);
}

async function throughPopup({ begin, closedGrace, onWindowClosed, settle, fail, ended }) {
  // A name that nobody can guess is a window that nobody else can aim at.
  const name = `verification-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const popup = window.open("", name, "popup,width=480,height=812");
  if (!popup || popup.closed) throw new VerificationError("blocked");
  ended.addEventListener("abort", () => popup.close());

  // A page on the way may cut the tie to its opener (COOP): its window then
  // reads as closed while the person is still busy in it. So a result is
  // waited for a while longer.
  const look = setInterval(() => {
    if (!popup.closed) return;
    clearInterval(look);
    later(closedGrace, () => fail("closed"), ended);
    onWindowClosed();
  }, LOOK_AFTER_WINDOW);
  ended.addEventListener("abort", () => clearInterval(look));

  const begun = await begin();
  // Nothing was sent to it yet, so nothing can come back; and the form would
  // open another window.
  if (popup.closed) throw new VerificationError("closed");

  const channel = new BroadcastChannel(begun.token_version_id);
  ended.addEventListener("abort", () => channel.close());
  const take = (data) => {
    // Another session's result, however genuine, is not for this page.
    if (data?.token_version_id !== begun.token_version_id) return;
    if (data.type === FAILED) fail("failed");
    if (data.type !== ANSWERED || !areTexts(data, SEALED)) return;
    channel.postMessage({ type: RECEIVED });
    settle(answerOf(begun, data));
  };
  channel.addEventListener("message", (event) => take(event.data));
  const hear = ({ origin, source, data }) => {
    if (origin !== location.origin || source !== popup) return;
    // NICE came back without a name to compare.
    if (data?.type === FAILED && data.token_version_id === "") fail("failed");
    take(data);
  };
  window.addEventListener("message", hear, { signal: ended });
  submit(begun, name);
}

async function throughPage({ begin, returnPath, fail, ended }) {
  const begun = await begin();
  const { token_version_id, reqNo } = begun;
  try {
    sessionStorage.removeItem(RESULT);
    sessionStorage.setItem(PENDING, JSON.stringify({ token_version_id, reqNo, returnPath }));
  } catch (cause) {
    throw new VerificationError("blocked", { cause });
  }
  // Back from the window, and the browser had kept this page as it was.
  const back = (event) => event.persisted && fail("closed");
  window.addEventListener("pageshow", back, { signal: ended });
  submit(begun, "_self");
}

/** Asks the service for what the window needs. */
async function ask(api, request, headers, signal) {
  let response, answer;
  try {
    response = await fetch(`${api.replace(/\/+$/, "")}/v1/member/getOAuthToken`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(request),
      signal,
    });
    answer = await response.json();
  } catch (cause) {
    throw new VerificationError("network", { status: response?.status, cause });
  }
  const { status } = response;
  if (answer?.error === true) {
    const { message, errors = [], payload } = answer;
    throw new VerificationError("refused", {
      message,
      status,
      refusal: { ...payload, message, errors },
    });
  }
  const address = response.headers.get("x-nice-window-url") ?? NICE_WINDOW;
  if (!areTexts(answer, [...SEALED, "reqNo"]) || !/^https?:\/\//.test(address)) {
    throw new VerificationError("network", { status });
  }
  signal.throwIfAborted();
  return { ...answer, address };
}

/** Sends what was begun to NICE, into the window of that name. */
function submit(begun, target) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: begun.address, target, hidden: true });
  const values = { m: "service" };
  for (const name of SEALED) values[name] = begun[name];
  for (const [name, value] of Object.entries(values)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

/** What the shop's server has opened; `reqNo` is the one that was begun with. */
function answerOf({ reqNo }, { token_version_id, enc_data, integrity_value }) {
  return { reqNo, token_version_id, enc_data, integrity_value };
}

function areTexts(values, names) {
  return names.every((name) => typeof values?.[name] === "string" && values[name] !== "");
}

function later(delay, act, ended) {
  // More would overflow, and be over at once.
  const timer = setTimeout(act, Math.min(delay, 2 ** 31 - 1));
  ended.addEventListener("abort", () => clearTimeout(timer));
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}
