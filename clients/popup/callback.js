// NICE returns the browser to this page with three values. They go to the
// page that began, and to nobody else: by message to the opener on this very
// origin, on a channel that only knows who knows the token's name, or, when
// the shop gave up its page for the window, through sessionStorage.
//
// A page that began and is gone (reloaded, closed, crashed) does not lose its
// result: this page goes on in its place, if the token is in this origin's own
// list of begun verifications. Somebody else's result leads on to nothing.
//
// The values are sealed: nothing personal is in them that a page could read.
(() => {
  "use strict";

  const NAMES = ["token_version_id", "enc_data", "integrity_value"];
  const ANSWERED = "member-verification";
  const RECEIVED = "member-verification:received";
  const FAILED = "member-verification:failed";
  const PENDING = "member-verification:pending";
  const RESULT = "member-verification:result";
  const BEGUN = "member-verification:begun";
  // This page's own, in its tab alone, for when it is loaded again.
  const HERE = "member-verification:here";
  const KEPT_FOR = 30 * 60000;
  const HEARD_WITHIN = 1500;
  const main = document.getElementById("callback");

  const show = (state) => {
    for (const part of main.querySelectorAll("[data-state], [data-states]")) {
      const { state: one, states = "" } = part.dataset;
      // Of pictures, too, which have no property of that name.
      part.toggleAttribute("hidden", one !== state && !states.split(" ").includes(state));
    }
    main.dataset.shows = state;
  };

  /** Shows how it ended, and the way on. */
  const end = (state, path) => {
    const on = document.getElementById("on");
    on.href = path || "/";
    show(state);
    on.focus();
    return on;
  };

  // A browser that blocks cookies throws at the very name of a storage.
  const read = (storage, key) => {
    try {
      return JSON.parse(window[storage].getItem(key));
    } catch {
      return null;
    }
  };
  const write = (storage, key, value) => {
    try {
      if (value === undefined) window[storage].removeItem(key);
      else window[storage].setItem(key, JSON.stringify(value));
      return true;
    } catch {
      // The other ways remain.
      return false;
    }
  };

  /** As a whole: a path that begins with two slashes would be a host. */
  const pathHere = (path) => {
    try {
      const target = new URL(path, location.origin);
      return target.origin === location.origin ? target.href : null;
    } catch {
      return null;
    }
  };

  // By POST the service has put the values into the page; by GET they are in
  // the address. A `+` that was not escaped there reads as a space, which is
  // never base64.
  const received = () => {
    const query = new URLSearchParams(location.search);
    const posted = {
      token_version_id: main.dataset.tokenVersionId,
      enc_data: main.dataset.encData,
      integrity_value: main.dataset.integrityValue,
    };
    const values = {};
    for (const name of NAMES) {
      values[name] = posted[name] || query.get(name) || "";
      if (name !== "token_version_id") values[name] = values[name].replace(/ /g, "+");
    }
    return values;
  };

  show("working");
  const came = received();
  const [load] = performance.getEntriesByType("navigation");
  const isAgain = load && load.type !== "navigate" && NAMES.every((name) => came[name] === "");
  const kept = (isAgain && read("sessionStorage", HERE)) || {};
  const values = {};
  for (const name of NAMES) values[name] = came[name] || (typeof kept[name] === "string" ? kept[name] : "");
  // Out of the address bar, the history and any Referer.
  history.replaceState(null, "", location.pathname);
  const { token_version_id } = values;
  const isAnswer = NAMES.every((name) => values[name] !== "");
  const result = isAnswer ? values : { token_version_id, failed: true };

  // What popup.js has noted of its own verifications.
  const list = () => {
    const kept = read("localStorage", BEGUN);
    return Array.isArray(kept) ? kept.filter((one) => one && Date.now() - one.at < KEPT_FOR) : [];
  };
  const own = () => list().find((one) => one.token_version_id === token_version_id);

  // Back to the page that gave itself up for the window, by what popup.js
  // stored there; only for the very token that it began with.
  const pending = read("sessionStorage", PENDING);
  const wayBack = pending && pathHere(pending.returnPath);
  const isPending = wayBack && token_version_id !== "" && pending.token_version_id === token_version_id;
  if (isPending && write("sessionStorage", RESULT, result)) {
    location.replace(wayBack);
    return;
  }

  // Whoever loads this page again must not lose it, nor be told to begin again.
  if (isAnswer) write("sessionStorage", HERE, values);
  const leaveName = () => write("sessionStorage", HERE, { token_version_id });

  // Once more, after it has ended: by Back, or a second call of this page.
  const before = own();
  const isDone = before && before.done;

  if (isDone && !isAnswer) {
    end("finished", pathHere(before.returnPath));
    return;
  }
  const message = isAnswer ? { type: ANSWERED, ...values } : { type: FAILED, token_version_id };
  let heard = false;
  const hear = ({ origin, data }) => {
    if (heard || origin !== location.origin || !data || data.type !== RECEIVED) return;
    heard = true;
    leaveName();
    end("delivered", before && pathHere(before.returnPath));
    window.close();
  };
  // Windows on the way may have cut the tie to the opener; the page that
  // began listens on the channel too, and says on either that it has heard.
  // Each way works where the other one is missing.
  window.addEventListener("message", hear);
  try {
    if (window.opener) window.opener.postMessage(message, location.origin);
  } catch {
    // It is gone.
  }
  try {
    const channel = new BroadcastChannel(token_version_id);
    channel.addEventListener("message", hear);
    channel.postMessage(message);
  } catch {
    // An old browser, or one that blocks cookies.
  }
  if (isDone) {
    leaveName();
    end("finished", pathHere(before.returnPath));
    return;
  }
  if (!isAnswer) {
    end("empty");
    return;
  }

  // A page that doesn't answer is gone, or has not begun this verification,
  // even if it opened this window.
  const goOn = () => {
    if (heard) return;
    const begun = own();
    const path = begun && pathHere(begun.returnPath);
    if (!path) {
      write("sessionStorage", HERE);
      end("alone");
      return;
    }
    write("localStorage", BEGUN, list().map((one) => (one.token_version_id === token_version_id ? { ...one, result } : one)));
    end("continue", path).addEventListener("click", () => {
      const { reqNo, returnPath } = begun;
      write("sessionStorage", PENDING, { token_version_id, reqNo, returnPath });
      write("sessionStorage", RESULT, result);
      leaveName();
    });
  };
  setTimeout(goOn, HEARD_WITHIN);
})();
