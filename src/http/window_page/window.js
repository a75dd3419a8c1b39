// Tells the page that opened this window how it ended, by its origin and with
// the name of the verification alone, and goes on where nobody has to choose.
(() => {
  "use strict";

  const { message, tokenVersionId, target } = document.querySelector("main").dataset;
  const on = document.querySelector(".on");
  if (message && target && window.opener) {
    try {
      window.opener.postMessage({ type: message, token_version_id: tokenVersionId }, target);
    } catch {
      // It is gone.
    }
  }
  const form = document.getElementById("forward");
  if (form) {
    form.submit();
  } else if (message === "member-verification:closed") {
    if (window.opener) window.close();
    else if (target) location.replace(on.href);
  }
  on?.focus();
})();
