// The steps of a verification, in the order in which they happen.
import { element } from "./elements.js";
import { exchange } from "./exchange.js";
import { say } from "./language.js";

const KEPT = "demo:steps";
const WHO = {
  page: say("쇼핑몰 화면", "Shop's page"),
  nice: say("NICE 창", "NICE's window"),
  server: say("쇼핑몰 서버", "Shop's server"),
};
const list = document.getElementById("steps");
const status = document.getElementById("status");
let steps = [];

export function clear() {
  steps = [];
  list.replaceChildren();
  sessionStorage.removeItem(KEPT);
}

/** `step`: `who`, `title`, and the `exchange` over the wire, if there was one. */
export function add(step) {
  steps.push(step);
  list.append(show(step));
}

/** Read out by screen readers. */
export function tell(text) {
  status.textContent = text;
}

/** This page is given up for the window: what has happened is shown after it, too. */
export function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify(steps));
}

export function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  clear();
  kept.forEach(add);
}

function show({ who, title, exchange: wire = null }) {
  const refused = (wire?.answer?.json?.error ?? false) === true;
  const head = element(
    "p",
    { className: "step-head" },
    element("span", { className: `who ${who}`, textContent: WHO[who] }),
    element("span", { textContent: title }),
  );
  return element("li", { className: refused ? "refused" : "" }, head, wire && exchange(wire));
}
