// Each reason with a button that provokes it, and what came of it.
import { element } from "./elements.js";
import { exchange } from "./exchange.js";
import { language, say } from "./language.js";
import { GROUPS } from "./provocations.js";
import { REMEDIES } from "./remedies.js";

const gallery = document.getElementById("gallery");
const status = document.getElementById("gallery-status");
const all = document.getElementById("provoke-all");
const PROVOKE = say("일으키기", "Provoke");
const runs = [];
let running = false;

export function showGallery() {
  for (const { title, entries } of GROUPS) {
    const list = element("ul", { className: "entries" }, ...entries.map(show));
    gallery.append(element("h3", { textContent: title }), list);
  }
  all.addEventListener("click", () => alone(provokeAll));
}

function show(entry) {
  const name = entry.cause ? `${entry.reason} · ${entry.cause}` : entry.reason;
  const about = element(
    "div",
    {},
    element("p", { className: "reason" }, element("code", { textContent: name })),
    element("p", { className: "note" }, entry.what, ...asides(entry)),
  );
  const result = element("div", { className: "provoked", hidden: true });
  if (!entry.provoke) {
    result.hidden = false;
    result.append(remedy(entry.reason));
    return element("li", { id: entry.id }, element("div", { className: "entry" }, about, badge("plain", entry.status)), result);
  }
  const button = element("button", { className: "plain", type: "button", textContent: PROVOKE, "aria-label": `${PROVOKE}: ${name}, ${entry.what}` });
  const item = element("li", { id: entry.id }, element("div", { className: "entry" }, about, button), result);
  const run = () => provoke(entry, name, item, result);
  runs.push(run);
  button.addEventListener("click", () => alone(run));
  return item;
}

function asides({ fault, needs }) {
  const aside = fault ? `sandbox: ${fault}` : needs && say(`${needs} 설정이 있을 때`, `with ${needs} set`);
  return aside ? [" ", element("code", { textContent: aside })] : [];
}

/** One at a time: a fault would strike the others too. The buttons keep the focus. */
async function alone(run) {
  if (running) return;
  running = true;
  const buttons = [all, ...gallery.querySelectorAll("button")];
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  try {
    await run();
  } finally {
    for (const button of buttons) button.removeAttribute("aria-disabled");
    running = false;
  }
}

async function provokeAll() {
  let asExpected = 0;
  for (const [index, run] of runs.entries()) {
    if (await run(` (${index + 1}/${runs.length})`)) asExpected += 1;
  }
  status.textContent = say(
    `${runs.length}개 가운데 ${asExpected}개가 예상대로입니다.`,
    `${asExpected} of ${runs.length} as expected.`,
  );
}

async function provoke(entry, name, item, result) {
  status.textContent = say(`${name} 일으키는 중…`, `Provoking ${name}…`);
  item.dataset.state = "running";
  result.hidden = false;
  result.replaceChildren(element("p", { className: "note", textContent: say("일으키는 중…", "Provoking…") }));
  let wire;
  try {
    wire = await entry.provoke();
  } catch (error) {
    item.dataset.state = "other";
    result.replaceChildren(element("p", { textContent: String(error) }));
    status.textContent = `${name}: ${error}`;
    return false;
  }
  const { status: code, json } = wire.answer;
  const { reason = "", cause } = json?.payload ?? {};
  const isExpected = reason === entry.reason && cause === entry.cause;
  const got = cause ? `${reason} · ${cause}` : reason || say("거절되지 않음", "not refused");
  item.dataset.state = isExpected ? "expected" : "other";
  item.dataset.reason = reason;
  result.replaceChildren(
    element("p", { className: "verdict" }, badge(isExpected ? "good" : "bad", code), element("code", { textContent: got })),
    ...(isExpected ? [] : [unexpected(entry)]),
    ...(json?.message ? [element("p", { className: "message", textContent: json.message, lang: language })] : []),
    ...errors(json),
    remedy(reason),
    exchange(wire),
  );
  status.textContent = `${name}: ${code} ${got}`;
  return isExpected;
}

function unexpected({ needs, reason }) {
  const text = needs
    ? say(`이 서비스에는 ${needs} 설정이 없어 ${reason} 대신 이렇게 답합니다.`, `This service runs without ${needs}, so it answers this instead of ${reason}.`)
    : say(`${reason}이(가) 아닙니다.`, `Not the expected ${reason}.`);
  return element("p", { className: "note", textContent: text });
}

function errors(json) {
  const list = json?.errors ?? [];
  if (list.length === 0) return [];
  const items = list.map(({ field, message }) => element("li", {}, element("code", { textContent: field }), ` ${message}`));
  return [element("ul", { className: "errors" }, ...items)];
}

function remedy(reason) {
  const text = REMEDIES[reason] ?? "";
  return element("p", { className: "remedy", hidden: text === "" }, element("strong", { textContent: say("할 일", "What to do") }), ` ${text}`);
}

function badge(kind, status) {
  return element("span", { className: `badge ${kind}`, textContent: `HTTP ${status}` });
}
