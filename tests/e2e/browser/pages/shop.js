// A shop's page as its developer would write it. Its options are in
// the address, so that each test has them in one place.
const asked = new URLSearchParams(location.search);
const options = JSON.parse(asked.get("options") ?? "{}");
const { openVerification, resumeVerification } = await import(asked.get("kit") ?? "/popup.js");

const begin = document.getElementById("begin");
const outcome = document.getElementById("outcome");
const show = (value) => (outcome.textContent = JSON.stringify(value));

const tell = ({ name, message, reason, kind, status, refusal }) =>
  show({ error: { name, message, reason, kind, status, refusal } });

const hand = async (answer) => {
  const body = JSON.stringify(answer);
  const headers = { "content-type": "application/json" };
  const response = await fetch("/shop/result", { method: "POST", headers, body });
  show(await response.json());
};

let handle;
const click = () => {
  const windowClosed = () => (outcome.dataset.windowClosed = "");
  const verification = openVerification({ onWindowClosed: windowClosed, ...options });
  // A second click has shown the first one's window.
  if (verification === handle) return;
  handle = verification;
  handle.then(hand, tell);
};

options.request = {
  returnurl: `${location.origin}${asked.get("callback") ?? "/v1/member/verificationCallback"}`,
  ...options.request,
};
// A shop that calls the service from the page binds the result by a number
// of its own server.
if (asked.has("ownNumber")) {
  const response = await fetch("/shop/number", { method: "POST" });
  options.request.requestno = await response.json();
}

begin.addEventListener("click", click);
document.getElementById("cancel").addEventListener("click", () => handle.cancel());
begin.disabled = false;

if (asked.has("unasked")) click();
try {
  const answer = resumeVerification();
  // As React's StrictMode does.
  if (resumeVerification() !== answer) throw new Error("another answer");
  if (answer !== null) await hand(answer);
} catch (error) {
  tell(error);
}
document.documentElement.dataset.ready = "";
