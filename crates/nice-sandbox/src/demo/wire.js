// Calls over HTTP, with what was sent and what came back, to be shown.
import { language } from "./language.js";

const SHOWN = ["allow", "retry-after", "x-nice-window-url", "x-sandbox-why"];
const send = window.fetch.bind(window);

/** An address of this service, also where a proxy has put it under a prefix. */
export const here = (path) => new URL(`.${path}`, document.baseURI).href;

/** Calls this service; resolves whatever the status. */
export async function call(method, path, { body, type = "application/json" } = {}) {
  const headers = { "accept-language": language };
  if (body !== undefined) headers["content-type"] = type;
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const response = await send(here(path), { method, headers, body: text });
  return describe(method, path, { headers, body: text }, response);
}

/** Tells `hear` of each call that another script of this page makes. */
export function overhear(hear) {
  window.fetch = async (address, options = {}) => {
    const response = await send(address, options);
    const method = options.method ?? "GET";
    hear(await describe(method, address, options, response.clone()));
    return response;
  };
}

/** How a form's values go over the wire, with a line for each. */
export function form(values) {
  return new URLSearchParams(values).toString().replaceAll("&", "\n&");
}

async function describe(method, path, { headers, body }, response) {
  const received = SHOWN.filter((name) => response.headers.has(name));
  const text = await response.text();
  return {
    request: { method, path, headers, body },
    answer: {
      status: response.status,
      headers: Object.fromEntries(received.map((name) => [name, response.headers.get(name)])),
      body: text,
      json: parse(text),
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
