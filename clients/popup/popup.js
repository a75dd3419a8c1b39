// The popup kit: opens NICE's standard window for a page of the shop and
// brings back what NICE answered. The values are sealed, and the shop's own
// server has them opened: nothing personal passes through the browser.
//
// This file is ASCII, so that no server can garble it by a wrong charset.

const SEALED = ["token_version_id", "enc_data", "integrity_value"];

// What callback.js says and keeps, by the same names there.
const ANSWERED = "member-verification";
const RECEIVED = "member-verification:received";
const FAILED = "member-verification:failed";
const PENDING = "member-verification:pending";
const RESULT = "member-verification:result";
const BEGUN = "member-verification:begun";
// What the window itself may say.
const CLOSED = "member-verification:closed";

const MINUTE = 60_000;
const LOOK_AFTER_WINDOW = 500;
const HEARD_WITHIN = 1500;
const SUBMIT_AGAIN_AFTER = 2000;
const SHORTEST_TIMEOUT = 1000;
// How often the window is seen back in the shop before this page reads it, and
// before it takes it for a page that nothing will come from.
const LOOKS_TO_READ = 2;
const LOOKS_TO_GIVE_UP = 8;
// The list of begun verifications: bounded, and for a short time.
const KEPT_FOR = 30 * MINUTE;
const MOST_KEPT = 8;
// Longer than a result.
const SEALED_LENGTH = 4096;

const IN_APP =
  /KAKAO(TALK|STORY)|NAVER\(|Instagram|Barcelona|FBAN|FBAV|FB_IAB|\bLine\/|\bBAND\/|DaumApps|Snapchat|BytedanceWebview|LinkedInApp|Twitter for|; wv\)|iP(hone|ad|od)(?!.*Safari\/)/i;
const MOBILE = /Android|Mobi|iP(hone|ad|od)/;

// For people, in Korean and in English.
const MESSAGES = {
  blocked: [
    "\ube0c\ub77c\uc6b0\uc800\uac00 \ubcf8\uc778\uc778\uc99d \ucc3d\uc744 \uc5f4\uc9c0 \ubabb\ud588\uc2b5\ub2c8\ub2e4. \ud31d\uc5c5 \ucc28\ub2e8\uc744 \ud574\uc81c\ud55c \ub4a4 \ub2e4\uc2dc \uc2dc\ub3c4\ud574 \uc8fc\uc2ed\uc2dc\uc624.",
    "The browser did not open the window. Allow popups for this site and try again.",
  ],
  inApp: [
    "\uc571 \uc548\uc758 \ube0c\ub77c\uc6b0\uc800\ub77c\uba74 \uba54\ub274\uc5d0\uc11c '\ub2e4\ub978 \ube0c\ub77c\uc6b0\uc800\ub85c \uc5f4\uae30'\ub97c \uc120\ud0dd\ud574 \uc8fc\uc2ed\uc2dc\uc624.",
    "Inside an app, choose 'Open in browser' from its menu.",
  ],
  storage: [
    "\ube0c\ub77c\uc6b0\uc800\uac00 \uc774 \uc0ac\uc774\ud2b8\uc758 \ucfe0\ud0a4\uc640 \uc800\uc7a5\uc18c\ub97c \ucc28\ub2e8\ud558\uace0 \uc788\uc2b5\ub2c8\ub2e4. \ud5c8\uc6a9\ud55c \ub4a4 \ub2e4\uc2dc \uc2dc\ub3c4\ud574 \uc8fc\uc2ed\uc2dc\uc624.",
    "The browser blocks cookies and storage for this site. Allow them and try again.",
  ],
  closed: ["\uc778\uc99d\uc774 \ub05d\ub098\uae30 \uc804\uc5d0 \ucc3d\uc774 \ub2eb\ud614\uc2b5\ub2c8\ub2e4.", "The window was closed before a result came."],
  timeout: ["\uc81c\ud55c \uc2dc\uac04 \uc548\uc5d0 \uc778\uc99d \uacb0\uacfc\uac00 \uc624\uc9c0 \uc54a\uc558\uc2b5\ub2c8\ub2e4. \ub2e4\uc2dc \uc2dc\ub3c4\ud574 \uc8fc\uc2ed\uc2dc\uc624.", "No result came in time. Try again."],
  refused: ["\ubcf8\uc778\uc778\uc99d\uc744 \uc2dc\uc791\ud558\uc9c0 \ubabb\ud588\uc2b5\ub2c8\ub2e4.", "The service refused the verification."],
  failed: ["\uc778\uc99d \uacb0\uacfc\ub97c \ubc1b\uc9c0 \ubabb\ud588\uc2b5\ub2c8\ub2e4. \ub2e4\uc2dc \uc2dc\ub3c4\ud574 \uc8fc\uc2ed\uc2dc\uc624.", "NICE returned without a usable result. Try again."],
  network: [
    "\ubcf8\uc778\uc778\uc99d \uc11c\ube44\uc2a4\uc5d0 \uc5f0\uacb0\ud560 \uc218 \uc5c6\uc2b5\ub2c8\ub2e4. \uc7a0\uc2dc \ud6c4 \ub2e4\uc2dc \uc2dc\ub3c4\ud574 \uc8fc\uc2ed\uc2dc\uc624.",
    "The verification service can't be reached. Try again shortly.",
  ],
  cancelled: ["\ubcf8\uc778\uc778\uc99d\uc744 \ucde8\uc18c\ud588\uc2b5\ub2c8\ub2e4.", "The verification was cancelled."],
  misconfigured: ["\uc1fc\ud551\ubab0\uc758 \ubcf8\uc778\uc778\uc99d \uc124\uc815\uc774 \uc62c\ubc14\ub974\uc9c0 \uc54a\uc2b5\ub2c8\ub2e4.", "The shop has set up the verification wrongly."],
};

const MODES = ["popup", "page", "auto"];
const DEFAULTS = {
  api: "",
  request: {},
  headers: {},
  mode: "popup",
  timeout: 15 * MINUTE,
  closedGrace: 3 * MINUTE,
  onWindowClosed: () => {},
  // Of the page that begins.
  returnPath: undefined,
};
const FIELDS = ["requestno", "returnurl", "sitecode", "authtype", "mobilceco", "methodtype", "popupyn", "receivedata"];

const KINDS = { closed: "cancelled", cancelled: "cancelled", misconfigured: "final" };

// The verification under way in this document; what was last taken in it; why
// its policy stops the window, which it would do again.
let running = null;
let resumed = null;
let forbidden = null;

/** Why there is no result; `reason` and `kind` are for programs. */
export class VerificationError extends Error {
  constructor(reason, { message = say(reason), status, refusal, kind, cause } = {}) {
    super(message, { cause });
    this.name = "VerificationError";
    this.reason = reason;
    this.kind = kind ?? refusal?.kind ?? KINDS[reason] ?? (refusal && !refusal.retryable ? "final" : "retry");
    this.status = status;
    this.refusal = refusal;
  }
}

/**
 * Begins a verification. Call it inside the click: the window opens at once,
 * or a blocker stops it. While one is under way, shows its window and returns
 * the same promise.
 */
export function openVerification(options) {
  if (running?.show()) return running.handle;
  // Aborted on each way out: every listener, timer and channel ends with it.
  const end = new AbortController();
  const ended = end.signal;
  let resolve, reject;
  const handle = new Promise((...ways) => ([resolve, reject] = ways));
  const finish = (settle, value) => {
    if (ended.aborted) return;
    if (running === me) running = null;
    end.abort();
    settle?.(value);
  };
  const succeed = (answer) => {
    finish(resolve, answerOf(me.begun, answer));
    note(me.begun, { done: true });
  };
  // Whatever was thrown: a browser may throw what is no `Error`.
  const fail = (thrown) => {
    if (ended.aborted) return;
    const error = asError(thrown);
    const { reason, message } = error;
    // It has ended on another page: nothing of it failed here.
    if (/closed|timeout/.test(reason) && me.isOver()) return finish();
    if (/cancelled|failed/.test(reason)) forget(me.begun);
    if (error.kind === "final" && !error.refusal) console.error(`member-verification: ${message}`);
    finish(reject, error);
  };
  const me = { handle, ended, succeed, fail, leave: finish, show: () => true, isOver: () => find(me.begun?.token_version_id)?.done };
  running = me;
  resumed = null;
  const verify = async () => {
    const chosen = choose(options);
    const { mode } = chosen;
    later(chosen.timeout, () => fail("timeout"), ended);
    const call = callOf(chosen, ended);
    watchPolicy(me, placeOf(call[0]));
    if (forbidden) throw forbidden;
    const { returnurl, methodtype } = chosen.request;
    const returnPath = checkPage(returnurl, chosen.returnPath);
    const callback = placeOf(returnurl);
    const begin = async () => {
      if (/^post$/i.test(methodtype)) warnOfWorker(returnurl);
      me.begun = { ...(await ask(call)), returnPath, callback };
      if (!returnurl && !me.begun.there) warnOfSandbox(me.begun);
    };
    const how = mode === "auto" ? suitableMode() : mode;
    return how === "page" ? throughPage(me, begin) : throughPopup(me, begin, chosen);
  };
  verify().catch(fail);
  return Object.assign(handle, { cancel: () => fail("cancelled") });
}

/** `page` where a popup is a tab that people lose, or can't be opened; else `popup`. */
export function suitableMode() {
  // NICE's window and the callback page refuse to be framed.
  if (window.top !== window) return "popup";
  const { userAgent, platform, maxTouchPoints, standalone } = navigator;
  const is = (query) => matchMedia(query).matches;
  const isPage =
    standalone ||
    MOBILE.test(userAgent) ||
    IN_APP.test(userAgent) ||
    // An iPad says that it is a Mac.
    (maxTouchPoints > 1 && /^Mac/.test(platform)) ||
    is("(display-mode: standalone)") ||
    is("(hover: none) and (pointer: coarse)");
  return isPage ? "page" : "popup";
}

/**
 * On the page that a verification returns to: takes its result; `null` when
 * there is none. Within one document it gives the same again.
 */
export function resumeVerification() {
  const isAddressed = new URLSearchParams(location.search).has("token_version_id");
  const found = takeFromAddress() ?? takeFromSession() ?? takeFromList();
  if (found) {
    const { begun, result } = found;
    note(begun, { done: true });
    resumed = areTexts(begun, ["reqNo"]) && areTexts(result, SEALED)
      ? { answer: answerOf(begun, result) }
      : { error: new VerificationError("failed") };
  } else if (!resumed && !isAddressed && isUnread()) {
    resumed = { error: unread(placeOf(location), loadOf(window)) };
    console.error(`member-verification: ${resumed.error.message}`);
  }
  if (resumed?.error) throw resumed.error;
  return resumed?.answer ?? null;
}

async function throughPopup(me, begin, { closedGrace, onWindowClosed }) {
  const { succeed, fail, ended } = me;
  // No tie to its window, and nothing else to hear it by.
  const probe = openChannel("");
  probe?.close();
  if (window.crossOriginIsolated && !probe) throw "blocked";
  // A name that nobody can guess is a window that nobody else can aim at.
  const name = `verification-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const popup = window.open("", name, "popup,width=480,height=812");
  // A browser within an app may have one window alone, and give this very one.
  if (popup === window) return throughPage(me, begin);
  // A blocker may give something that only looks like a window: an object, a
  // copy of this one, a hidden frame.
  if (popup?.closed !== false || popup.window !== popup || popup.top !== popup) throw "blocked";
  const close = () => popup.closed || popup.close();
  let isLeft = false;
  const leave = () => {
    // It went on in the place of this page.
    if (isLeft || me.isOver()) return;
    close();
    // Chromium loses what it is told while the window goes to another site.
    setTimeout(close, LOOK_AFTER_WINDOW);
  };
  ended.addEventListener("abort", leave);
  // This page goes before there is anything to send: the window would stay empty.
  window.addEventListener("pagehide", () => me.sent || popup.close(), { signal: ended });
  me.show = () => {
    popup.closed ? fail("closed") : popup.focus();
    return !popup.closed;
  };

  // A page on the way may cut the tie to its opener (COOP): its window then
  // reads as closed while the person is still busy in it. So a result is
  // waited for a while longer.
  let isClosed = false;
  let looks = 0;
  const look = setInterval(() => {
    // The callback page found nobody, as this page slept or heard nothing, and kept it.
    const { result, done } = find(me.begun?.token_version_id) ?? {};
    if (done) return me.leave();
    if (isOf(me.begun, result)) return succeed(result);
    // It is back in the shop, and nothing of the kit runs there.
    const back = me.begun?.callback && lookAt(popup, me.begun.callback);
    looks = back ? looks + 1 : 0;
    isLeft = false;
    if (looks >= LOOKS_TO_READ) {
      const { result, status, isByWorker, isCallback } = back;
      const error = unread(me.begun.callback, back);
      // Else it may be a page of the shop, which the person still needs.
      isLeft = !isCallback && !isByWorker && !(status >= 400);
      if (isOf(me.begun, result)) {
        console.warn(`member-verification: ${error.message}`);
        return succeed(result);
      }
      // One that is busy may be loaded again.
      const isLost = status >= 400 && status < 500 && status !== 429;
      if (isLost || (isByWorker && looks >= LOOKS_TO_GIVE_UP)) return fail(error);
    }
    if (isClosed || !popup.closed) return;
    isClosed = true;
    later(closedGrace, () => fail("closed"), ended);
    onWindowClosed();
  }, LOOK_AFTER_WINDOW);
  ended.addEventListener("abort", () => clearInterval(look));

  await begin();
  // Nothing was sent to it yet, so nothing can come back; and the form would
  // open another window.
  if (popup.closed) throw "closed";

  const { token_version_id, address } = me.begun;
  const channel = openChannel(token_version_id);
  ended.addEventListener("abort", () => channel?.close());
  const take = (data, source) => {
    // Another session's result, however genuine, is not for this page.
    if (data?.token_version_id !== token_version_id) return;
    if (data.type === FAILED) fail("failed");
    if (data.type !== ANSWERED || !areTexts(data, SEALED)) return;
    channel?.postMessage({ type: RECEIVED });
    source?.postMessage({ type: RECEIVED }, location.origin);
    succeed(data);
  };
  channel?.addEventListener("message", (event) => take(event.data));
  const hear = ({ origin, source, data }) => {
    if (source !== popup) return;
    // The window has no values to give, but may say that there will be none.
    const isOurs = data?.token_version_id === token_version_id;
    if (origin === originOf(address) && isOurs) {
      if (data.type === CLOSED) fail("closed");
      if (data.type === FAILED) fail("failed");
    }
    if (origin !== location.origin) return;
    // NICE came back without a name to compare.
    if (data?.type === FAILED && data.token_version_id === "") fail("failed");
    take(data, source);
  };
  window.addEventListener("message", hear, { signal: ended });
  note(me.begun);
  submit(me, name);
}

async function throughPage(me, begin) {
  if (window.top !== window) throw wrong("mode: page, in a frame (popup, or the whole page)");
  // Before a token is spent: a page that can't be resumed isn't given up.
  if (!isKept()) throw new VerificationError("blocked", { message: say("storage") });
  await begin();
  const { token_version_id, reqNo, returnPath, callback } = me.begun;
  write("sessionStorage", PENDING, { token_version_id, reqNo, returnPath, callback });
  me.isOver = () => !isPending(token_version_id) || find(token_version_id)?.done;
  // Back from the window, and the browser had kept this page as it was.
  // What other pages have stored meanwhile reaches it a moment later.
  const back = ({ persisted }) => {
    if (!persisted) return;
    me.show = () => me.leave();
    later(LOOK_AFTER_WINDOW, () => me.fail("closed"), me.ended);
  };
  window.addEventListener("pageshow", back, { signal: me.ended });
  me.show = () => {
    // The way to the window may have been stopped; but let a double click be one.
    if (Date.now() - me.sent > SUBMIT_AGAIN_AFTER) submit(me, "_self");
    return true;
  };
  note(me.begun);
  submit(me, "_self");
}

/** The call that begins, in the page's language; what can't be sent is the page's own mistake. */
function callOf({ api, request, headers }, signal) {
  try {
    const path = `${String(api).replace(/\/+$/, "")}/v1/member/getOAuthToken`;
    // Whatever `base` the page has.
    const address = urlOf(path, location.href);
    if (!originOf(address) || address.search || address.hash) throw wrong(`api: ${shown(api)}`);
    const sent = new Headers({ "content-type": "application/json", "accept-language": isKorean() ? "ko" : "en" });
    // Of whatever kind, and of whatever case.
    new Headers(headers).forEach((value, name) => sent.set(name, value));
    const isSame = urlOf(path, document.baseURI)?.href === address.href;
    // As plain values: pages that watch `fetch` expect them.
    const call = [isSame ? path : address.href, {
      method: "POST",
      headers: Object.fromEntries(sent),
      body: JSON.stringify(request),
      signal,
    }];
    new Request(...call);
    return call;
  } catch (cause) {
    throw cause instanceof VerificationError ? cause : wrong(`api, request, headers: ${cause.message}`);
  }
}

/** Asks the service for what the window needs. */
async function ask(call) {
  const [, { signal }] = call;
  let response, answer;
  try {
    response = await fetch(...call);
    answer = await response.json();
  } catch (cause) {
    // A policy that stopped it is told after it.
    await new Promise((done) => setTimeout(done));
    throw new VerificationError("network", { status: response?.status, cause });
  }
  const { status } = response;
  if (answer?.error === true) {
    const { message, errors = [], payload } = answer;
    const refusal = { ...payload, message, errors };
    throw new VerificationError("refused", { message, status, refusal });
  }
  if (!areTexts(answer, [...SEALED, "reqNo"])) throw new VerificationError("network", { status });
  // Never a guess: it would lead from the sandbox to the live window.
  const address = response.headers.get("x-nice-window-url");
  if (!originOf(address)) {
    const en = "A route or proxy in between has to hand it on, and Access-Control-Expose-Headers has to list it.";
    throw wrong(`x-nice-window-url: ${address}. ${en}`, status);
  }
  // The service, or a route in between, may have chosen another one.
  const there = originOf(response.headers.get("x-return-origin"));
  checkReturn(there);
  if (signal.aborted) throw "cancelled";
  return { ...answer, address, there };
}

/** An older service doesn't say where it returns to. By default the sandbox does to its own origin. */
function warnOfSandbox({ token_version_id, address }) {
  const there = originOf(address);
  if (!/SB-NCSANDBOX/.test(token_version_id) || there === location.origin) return;
  console.warn(`member-verification: no returnurl; the sandbox's is on ${there}, unless RETURN_URLS names another. location: ${location.origin}`);
}

/** A service worker that answers a form that NICE posts keeps the values from everybody. */
async function warnOfWorker(returnurl) {
  try {
    const worker = await navigator.serviceWorker.getRegistration(returnurl);
    if (worker?.active) console.warn(`member-verification: methodtype post, and a service worker at ${worker.scope}: it has to let ${placeOf(returnurl)} through to the network`);
  } catch {
    // There is none.
  }
}

/** Sends what was begun to NICE, into the window of that name. */
function submit(me, target) {
  const { begun } = me;
  me.sent = Date.now();
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: begun.address, target, hidden: true });
  const values = { m: "service" };
  for (const name of SEALED) values[name] = begun[name];
  for (const [name, value] of Object.entries(values)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  (document.body ?? document.documentElement).append(form);
  try {
    form.submit();
  } catch (cause) {
    // Firefox throws where the policy forbids it.
    me.fail(forbid("form-action", begun.address, cause));
  }
  form.remove();
}

/** A policy of this page that stops the call or the window is told at once. */
function watchPolicy(me, api) {
  const stopped = ({ disposition, effectiveDirective: directive, blockedURI }) => {
    const ours = {
      "form-action": me.sent && originOf(me.begun.address),
      "connect-src": originOf(api),
    }[directive];
    if (disposition !== "report" && ours && ours === originOf(blockedURI)) me.fail(forbid(directive, ours));
  };
  document.addEventListener("securitypolicyviolation", stopped, { signal: me.ended });
}

function forbid(directive, address, cause) {
  const isForm = directive === "form-action";
  // Browsers look at the redirects behind a form, too: the last one is back here.
  const wanted = isForm ? `${originOf(address)} ${location.origin}` : originOf(address);
  const message = `${say("misconfigured")} Content-Security-Policy: ${directive} ${wanted}`;
  const error = new VerificationError("blocked", { message, kind: "final", cause });
  if (isForm) forbidden = error;
  return error;
}

/** The options, none of which may be passed over, be over at once, or never. */
function choose(options) {
  if (options != null && (typeof options !== "object" || Array.isArray(options))) throw wrong(`options: ${shown(options)} (an object)`);
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  const chosen = { ...DEFAULTS, returnPath: location.href, ...Object.fromEntries(given) };
  const { api, request, mode, timeout, closedGrace, returnPath, onWindowClosed } = chosen;
  const isAddress = (value) => typeof value === "string" || value instanceof URL;
  for (const [name, isRight, wanted] of [
    ["api", isAddress(api), "an address"],
    // Nothing of a form or a map would be sent.
    ["request", Object.prototype.toString.call(request) === "[object Object]", "an object"],
    ["mode", MODES.includes(mode), MODES.join(", ")],
    ["timeout", Number.isFinite(timeout) && timeout >= SHORTEST_TIMEOUT, `milliseconds, at least ${SHORTEST_TIMEOUT}`],
    ["closedGrace", Number.isFinite(closedGrace) && closedGrace >= 0, "milliseconds"],
    ["returnPath", isAddress(returnPath), "a path"],
    ["onWindowClosed", typeof onWindowClosed === "function", "a function"],
  ]) {
    if (!isRight) throw wrong(`${name}: ${shown(chosen[name])} (${wanted})`);
  }
  const plain = (name) => name.replace(/[-_\s]/g, "").toLowerCase();
  const unknown = given.map(([name]) => name).filter((name) => !(name in DEFAULTS));
  for (const name of unknown) {
    const known = Object.keys(DEFAULTS).find((known) => plain(known) === plain(name));
    const field = FIELDS.find((field) => field === plain(name));
    if (known || field) throw wrong(`${name} (${known ?? `request.${field}`})`);
  }
  // A listener may be given the event alone.
  if (unknown.length && !(options instanceof Event)) console.warn(`member-verification: no such options: ${unknown.join(", ")}`);
  return chosen;
}

/** A value, as a developer knows it again. */
function shown(value) {
  try {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value;
  }
}

/** What would end in nothing, and is known before a token is spent. */
function checkPage(returnurl, returnPath) {
  const here = location.origin;
  if (window.origin !== here) throw wrong(`origin: ${window.origin} (sandbox: allow-same-origin)`);
  if (!maySubmit()) throw wrong("form (sandbox: allow-forms)");
  checkReturn(originOf(returnurl));
  const path = urlOf(returnPath, location.href);
  if (path?.origin !== here) throw wrong(`returnPath: ${returnPath}, location: ${here}`);
  return path.href;
}

/** The callback page speaks to its own origin alone. */
function checkReturn(there) {
  const here = location.origin;
  if (there && there !== here) throw wrong(`returnurl: ${there}, location: ${here}`);
}

/** Whether a sandbox swallows forms, without a word: such a form doesn't even ask to be sent. */
function maySubmit() {
  const form = document.createElement("form");
  if (!form.requestSubmit) return true;
  let isAsked = false;
  form.addEventListener("submit", (event) => {
    isAsked = true;
    event.preventDefault();
  });
  // Out of the page's sight and hearing.
  const host = document.createElement("div");
  host.attachShadow({ mode: "closed" }).append(form);
  document.documentElement.append(host);
  form.requestSubmit();
  host.remove();
  return isAsked;
}

/** What is to be known of the window that is back at the callback's address, if nothing of the kit runs there. */
function lookAt(popup, place) {
  try {
    const { document: page, location: there } = popup;
    if (placeOf(there) !== place || page.readyState !== "complete") return null;
    const callback = page.getElementById("callback");
    const { shows, tokenVersionId, encData, integrityValue } = callback?.dataset ?? {};
    // The callback page speaks for itself, if its script runs.
    if (shows) return null;
    const posted = { token_version_id: tokenVersionId, enc_data: encData, integrity_value: integrityValue };
    const result = tokenVersionId ? posted : sealedIn(new URLSearchParams(there.search));
    return { result, isCallback: Boolean(callback), ...loadOf(popup) };
  } catch {
    // It is on another site.
    return null;
  }
}

/** How a page came: `responseStatus` and `workerStart`, where the browser tells. */
function loadOf({ performance }) {
  const { responseStatus: status, workerStart } = performance.getEntriesByType("navigation")[0] ?? {};
  return { status, isByWorker: workerStart > 0 };
}

/** NICE has come back to the callback's address, and nothing of the kit ran there. */
function unread(callback, { status, isByWorker }) {
  const how = `${status ? ` ${status}` : ""}${isByWorker ? ", service worker" : ""}`;
  return wrong(`returnurl: ${callback} (no callback page${how})`);
}

/** Whether this whole page is the callback's address, the values gone, and another page than takes results. */
function isUnread() {
  const begun = read("sessionStorage", PENDING);
  const here = placeOf(location);
  const isHere = begun?.callback === here && placeOf(begun.returnPath) !== here;
  return isHere && !find(begun.token_version_id)?.done;
}

function wrong(what, status) {
  return new VerificationError("misconfigured", { message: `${say("misconfigured")} ${what}`, status });
}

function asError(thrown) {
  if (thrown instanceof VerificationError) return thrown;
  if (typeof thrown === "string" && MESSAGES[thrown]) {
    const isInApp = thrown === "blocked" && IN_APP.test(navigator.userAgent);
    return new VerificationError(thrown, isInApp ? { message: `${say(thrown)} ${say("inApp")}` } : {});
  }
  return new VerificationError("blocked", { cause: thrown });
}

/** What came in this page's own address, where the callback page didn't run. */
function takeFromAddress() {
  const query = new URLSearchParams(location.search);
  const token = query.get("token_version_id");
  const begun = token && (isPending(token) ? read("sessionStorage", PENDING) : find(token));
  // Nobody else's: a link may hold the genuine result of another session.
  if (!begun) return null;
  const result = sealedIn(query);
  for (const name of SEALED) query.delete(name);
  const clean = new URL(location.href);
  clean.search = query;
  history.replaceState(history.state, "", clean);
  if (find(token)?.done) return null;
  if (isPending(token)) return { begun, result };
  handOver(begun, result);
  return null;
}

/** From the window to the page that began; if that is gone, this window goes on in its place. */
function handOver({ token_version_id, reqNo, returnPath }, result) {
  const data = { type: areTexts(result, SEALED) ? ANSWERED : FAILED, ...result };
  const channel = openChannel(token_version_id);
  let isHeard = false;
  const hear = ({ origin, data: said }) => {
    if (origin !== location.origin || said?.type !== RECEIVED) return;
    isHeard = true;
    window.close();
  };
  channel?.addEventListener("message", hear);
  window.addEventListener("message", hear);
  window.opener?.postMessage(data, location.origin);
  channel?.postMessage(data);
  setTimeout(() => {
    channel?.close();
    window.removeEventListener("message", hear);
    if (isHeard) return;
    write("sessionStorage", PENDING, { token_version_id, reqNo, returnPath });
    write("sessionStorage", RESULT, result);
    history.replaceState(null, "", returnPath);
    location.reload();
  }, HEARD_WITHIN);
}

/** What the callback page left for this tab. */
function takeFromSession() {
  const begun = read("sessionStorage", PENDING);
  const result = read("sessionStorage", RESULT);
  write("sessionStorage", RESULT);
  const token = result?.token_version_id;
  const isOurs = typeof token === "string" && begun?.token_version_id === token;
  return isOurs && !find(token)?.done ? { begun, result } : null;
}

/** What the callback page kept, since it found nobody to give it to. */
function takeFromList() {
  const isHere = (path) => placeOf(path) === placeOf(location);
  const begun = list().find(({ done, result, returnPath }) => result && !done && isHere(returnPath));
  return begun ? { begun, result: begun.result } : null;
}

// This origin's own list of begun verifications: no other result is taken.

function list() {
  const kept = read("localStorage", BEGUN);
  return Array.isArray(kept) ? kept.filter((one) => Date.now() - one?.at < KEPT_FOR) : [];
}

function find(token) {
  return list().find(({ token_version_id }) => token_version_id === token);
}

function forget(begun, ...instead) {
  if (!begun) return;
  const others = list().filter((one) => one.token_version_id !== begun.token_version_id);
  write("localStorage", BEGUN, [...others, ...instead].slice(-MOST_KEPT));
  if (instead[0]?.done !== false && isPending(begun.token_version_id)) write("sessionStorage", PENDING);
}

function note(begun, { done = false } = {}) {
  const { token_version_id, reqNo, returnPath } = begun;
  forget(begun, { token_version_id, reqNo: done ? "" : reqNo, returnPath, at: Date.now(), done });
}

function isPending(token) {
  return read("sessionStorage", PENDING)?.token_version_id === token;
}

/** What the shop's server has opened; `reqNo` is the one that was begun with. */
function answerOf({ reqNo }, { token_version_id, enc_data, integrity_value }) {
  return { reqNo, token_version_id, enc_data, integrity_value };
}

function areTexts(values, names) {
  return names.every((name) => typeof values?.[name] === "string" && values[name] !== "");
}

/** Whether these are the values of that verification. */
function isOf(begun, result) {
  return areTexts(result, SEALED) && result.token_version_id === begun?.token_version_id;
}

/** NICE's values in a query; a `+` that was not escaped there reads as a space. */
function sealedIn(query) {
  return Object.fromEntries(SEALED.map((name) => [name, query.get(name)?.replace(/ /g, "+") ?? ""]));
}

function urlOf(address, base) {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}

/** The origin of a web address, or `null`. */
function originOf(address) {
  const { protocol, origin } = urlOf(address) ?? {};
  return /^https?:$/.test(protocol) ? origin : null;
}

/** Origin and path of an address, or `null`. */
function placeOf(address) {
  const url = address && urlOf(address, location.href);
  return url ? url.origin + url.pathname : null;
}

function later(delay, act, ended) {
  // More would overflow, and be over at once.
  const timer = setTimeout(act, Math.min(delay, 2 ** 31 - 1));
  ended.addEventListener("abort", () => clearTimeout(timer));
}

function say(what) {
  return MESSAGES[what]?.[isKorean() ? 0 : 1];
}

function isKorean() {
  return /^ko/i.test(document.documentElement.lang || navigator.language);
}

// Old browsers have no channel, and one that blocks cookies throws at the name
// of a storage: each way works without the others.

function openChannel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

function read(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

/** Whether this tab would keep a result: its storage may be full, or forget at once. */
function isKept() {
  const probe = " ".repeat(SEALED_LENGTH);
  const is = write("sessionStorage", RESULT, probe) && read("sessionStorage", RESULT) === probe;
  write("sessionStorage", RESULT);
  return is;
}

/** Whether it could be written; without a value, removes it. */
function write(storage, key, value) {
  try {
    // Prototype.js makes a text of a list before it is written.
    const text = Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one))}]` : JSON.stringify(value);
    if (value === undefined) window[storage].removeItem(key);
    else window[storage].setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
