// NICE returns the browser to this page with three values. They go to the
// page that began, and to nobody else: by message to the opener on this very
// origin, on a channel that only knows who knows the token's name, or, when
// the shop gave up its page for the window, through sessionStorage.
//
// The values are sealed: nothing personal is in them that a page could read.
(() => {
  "use strict";

  const NAMES = ["token_version_id", "enc_data", "integrity_value"];
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
    return NAMES.every((name) => values[name] !== "") ? values : null;
  };

  // What popup.js stored before it gave up the page; only for the very
  // token that it began with.
  const pendingReturn = (values) => {
    try {
      const pending = JSON.parse(sessionStorage.getItem(PENDING));
      if (pending?.token_version_id !== values.token_version_id) return null;
      const target = new URL(pending.returnPath, location.origin);
      return target.origin === location.origin ? target : null;
    } catch {
      return null;
    }
  };

  const values = received();
  // Out of the address bar, the history and any Referer.
  history.replaceState(null, "", location.pathname);
  if (values === null) {
    show("empty");
    return;
  }

  const target = pendingReturn(values);
  if (target !== null) {
    sessionStorage.setItem(RESULT, JSON.stringify(values));
    location.replace(target.pathname + target.search + target.hash);
    return;
  }

  const message = { type: "member-verification", ...values };
  const opener = window.opener;
  if (opener !== null) {
    opener.postMessage(message, location.origin);
  }
  // Windows on the way may have cut the tie to the opener; the page that
  // began listens here too, and says that it has heard.
  const channel = new BroadcastChannel(values.token_version_id);
  let heard = false;
  channel.addEventListener("message", (event) => {
    if (event.data?.type === "member-verification:received") {
      heard = true;
      show("delivered");
      window.close();
    }
  });
  channel.postMessage(message);
  if (opener !== null) {
    show("delivered");
    window.close();
  } else {
    setTimeout(() => heard || show("alone"), 1500);
  }
})();
