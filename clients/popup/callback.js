// NICE returns the browser to this page with three values. They go to the
// page that began, and to nobody else: by message to the opener on this very
// origin, on a channel that only knows who knows the token's name, or, when
// the shop gave up its page for the window, through sessionStorage.
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
  const main = document.getElementById("callback");

  const show = (state) => {
    for (const paragraph of main.querySelectorAll("[data-state]")) {
      paragraph.hidden = paragraph.dataset.state !== state;
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
      if (name !== "token_version_id") values[name] = values[name].replaceAll(" ", "+");
    }
    return values;
  };

  // Back to the page that gave itself up for the window, by what popup.js
  // stored there; only for the very token that it began with.
  const goBack = (result) => {
    try {
      const pending = JSON.parse(sessionStorage.getItem(PENDING));
      const target = new URL(pending.returnPath, location.origin);
      if (result.token_version_id !== pending.token_version_id) return false;
      if (target.origin !== location.origin) return false;
      sessionStorage.setItem(RESULT, JSON.stringify(result));
      // As a whole: a path that begins with two slashes would be a host.
      location.replace(target.href);
      return true;
    } catch {
      return false;
    }
  };

  show("working");
  const values = received();
  // Out of the address bar, the history and any Referer.
  history.replaceState(null, "", location.pathname);
  const { token_version_id } = values;
  const isAnswer = NAMES.every((name) => values[name] !== "");
  if (goBack(isAnswer ? values : { token_version_id, failed: true })) return;

  // Windows on the way may have cut the tie to the opener; the page that
  // began listens on the channel too, and says there that it has heard.
  const channel = new BroadcastChannel(token_version_id);
  let heard = false;
  channel.addEventListener("message", (event) => {
    if (event.data?.type !== RECEIVED) return;
    heard = true;
    show("delivered");
    window.close();
  });
  const message = isAnswer ? { type: ANSWERED, ...values } : { type: FAILED, token_version_id };
  window.opener?.postMessage(message, location.origin);
  channel.postMessage(message);
  // A page that doesn't answer has not begun this verification, whoever
  // opened this window.
  if (!isAnswer) show("empty");
  else setTimeout(() => heard || show("alone"), 1500);
})();
