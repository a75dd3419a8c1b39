// A request and its answer, as they go over the wire.
import { element } from "./elements.js";
import { say } from "./language.js";

const LONGEST = 900;

/** With what was called to open and close it by. */
export function exchange(wire, open = true) {
  const { method, path } = wire.request;
  const called = `${method} ${new URL(path, location).pathname}`;
  return element("details", { open }, element("summary", { textContent: called }), sides(wire));
}

function sides({ request, answer }) {
  const { method, path, headers = {}, body } = request;
  const parts = [part(say("요청", "Request"), `${method} ${path}`, headers, body)];
  if (answer) {
    parts.push(part(say("응답", "Answer"), String(answer.status), answer.headers, answer.body));
  }
  return element("div", { className: "exchange" }, ...parts);
}

function part(title, line, headers, body) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const text = [line, ...lines].join("\n") + (body ? `\n\n${readable(body)}` : "");
  return element(
    "div",
    {},
    element("p", { className: "label", textContent: title }),
    element("pre", {}, element("code", { textContent: text })),
  );
}

function readable(body) {
  let text = body;
  try {
    text = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Shown as it is.
  }
  if (text.length <= LONGEST * 3) return text;
  return `${text.slice(0, LONGEST)}… (${text.length})`;
}
