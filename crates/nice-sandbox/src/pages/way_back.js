// Sends the browser back to the shop when, and as often as, the chosen
// outcome says.
const main = document.querySelector("main");
const back = document.getElementById("back");

function go() {
  if (back instanceof HTMLFormElement) back.submit();
  else location.replace(back.href);
}

async function twice() {
  const options = { mode: "no-cors", credentials: "include", redirect: "follow" };
  let address = back.href;
  if (back instanceof HTMLFormElement) {
    address = back.action;
    options.method = "POST";
    options.body = new URLSearchParams(new FormData(back));
  }
  // Whatever becomes of the first, the second goes out.
  try { await fetch(address, options); } catch { /* The shop refused it. */ }
  go();
}

function wait() {
  const left = document.querySelector("[data-left]");
  const ends = Number(main.dataset.ends) + 1000;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    left.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    if (seconds === 0) { clearInterval(timer); go(); }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// Closes the window. A tab that no script opened stays: from there the way
// leads back to the shop, past the window's own page.
function closeWindow() {
  window.close();
  setTimeout(() => {
    if (window.closed) return;
    const stuck = document.querySelector("[data-stuck]");
    if (stuck) stuck.hidden = false;
    const pages = location.pathname.endsWith("/window/answer") ? 2 : 1;
    if (history.length > pages) history.go(-pages);
  }, 200);
}

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", closeWindow);
}
const way = main.dataset.way;
if (way === "submit") go();
else if (way === "double") twice();
else if (way === "wait") wait();
else if (way === "close" && window.opener) window.close();
