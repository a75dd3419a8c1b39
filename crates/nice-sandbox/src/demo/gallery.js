// Each reason with a button that triggers it, and what came of it.
import { element } from "./elements.js";
import { exchange } from "./exchange.js";
import { say } from "./language.js";
import { GROUPS } from "./triggers.js";
import { REMEDIES } from "./remedies.js";

const gallery = document.getElementById("gallery");
const status = document.getElementById("gallery-status");
const all = document.getElementById("trigger-all");
const TRIGGER = say("재현", "Trigger");
// The status alone is neither: a 503 that was asked for is as it should be.
const VERDICTS = {
  expected: ["good", say("예상대로", "as expected")],
  bare: ["", say("설정이 필요함", "wants a setting")],
  other: ["bad", say("예상과 다름", "not as expected")],
};
const runs = [];
let running = false;

export function showGallery() {
  for (const { title, entries } of GROUPS) {
    const list = element("ul", { className: "entries" }, ...entries.map(show));
    gallery.append(element("h3", { textContent: title }), list);
  }
  all.addEventListener("click", () => alone(triggerAll));
}

function show(entry) {
  const name = entry.cause ? `${entry.reason} · ${entry.cause}` : entry.reason;
  const about = element(
    "div",
    {},
    element("p", { className: "reason" }, element("code", { textContent: name })),
    element("p", { className: "note" }, entry.what, ...asides(entry)),
  );
  const result = element("div", { className: "triggered", hidden: true });
  if (!entry.trigger) {
    result.hidden = false;
    result.append(remedy(entry.reason));
    return element("li", { id: entry.id }, element("div", { className: "entry" }, about, badge("", `HTTP ${entry.status}`)), result);
  }
  const button = element("button", { className: "plain", type: "button", textContent: TRIGGER, "aria-label": `${TRIGGER}: ${name}, ${entry.what}` });
  const item = element("li", { id: entry.id }, element("div", { className: "entry" }, about, button), result);
  const run = (isOneOfAll) => trigger(entry, name, item, result, !isOneOfAll);
  runs.push(run);
  button.addEventListener("click", () => alone(() => run(false)));
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

async function triggerAll() {
  const verdicts = [];
  for (const run of runs) verdicts.push(await run(true));
  const [good, bare, bad] = ["expected", "bare", "other"].map(
    (kind) => verdicts.filter((verdict) => verdict === kind).length,
  );
  status.textContent = say(
    `예상대로 ${good}개, 설정이 필요함 ${bare}개, 예상과 다름 ${bad}개.`,
    `${good} as expected, ${bare} want a setting, ${bad} not as expected.`,
  );
}

/** Resolves with `expected`, `other`, or `bare`: for want of a setting. */
async function trigger(entry, name, item, result, open) {
  status.textContent = say(`${name} 재현 중…`, `Triggering ${name}…`);
  item.dataset.state = "running";
  result.hidden = false;
  result.replaceChildren(element("p", { className: "note", textContent: say("재현 중…", "Triggering…") }));
  let wire;
  try {
    wire = await entry.trigger();
  } catch (error) {
    item.dataset.state = "other";
    result.replaceChildren(element("p", { textContent: String(error) }));
    status.textContent = `${name}: ${error}`;
    return "other";
  }
  const { status: code, json } = wire.answer;
  const { reason = "", cause } = json?.payload ?? {};
  const isExpected = reason === entry.reason && cause === entry.cause;
  const got = cause ? `${reason} · ${cause}` : reason || say("거부되지 않음", "not refused");
  const verdict = isExpected ? "expected" : entry.needs ? "bare" : "other";
  item.dataset.state = verdict;
  const parts = [
    ...(isExpected ? [] : [unexpected(entry)]),
    ...(json?.message ? [element("p", { textContent: json.message })] : []),
    ...errors(json),
    remedy(reason),
    exchange(wire, open),
  ];
  const verdictLine = element(
    "summary",
    { className: "verdict" },
    badge("", `HTTP ${code}`),
    badge(...VERDICTS[verdict]),
    ...(isExpected ? [] : [element("code", { textContent: got })]),
  );
  // Of all at once, a line each.
  result.replaceChildren(element("details", { open }, verdictLine, element("div", { className: "triggered-more" }, ...parts)));
  status.textContent = isExpected
    ? say(`${name}: HTTP ${code}, 예상대로입니다.`, `${name}: HTTP ${code}, as expected.`)
    : `${name}: HTTP ${code}, ${got}`;
  return verdict;
}

function unexpected({ needs, reason }) {
  const text = needs
    ? say(`이 서비스에는 ${needs} 설정이 없어 ${reason} 대신 이렇게 응답합니다.`, `This service runs without ${needs}, so it answers this instead of ${reason}.`)
    : say(`예상한 ${reason}이(가) 아닙니다.`, `Not the expected ${reason}.`);
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
  return element("p", { className: "remedy", hidden: text === "" }, element("strong", { textContent: say("조치", "What to do") }), ` ${text}`);
}

function badge(kind, text) {
  return element("span", { className: `badge ${kind}`, textContent: text });
}
