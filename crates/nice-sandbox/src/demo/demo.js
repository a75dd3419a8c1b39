// The shop's page: a button, the kit, and what came of it.
import { openVerification, resumeVerification, suitableMode } from "../popup.js";
import { element } from "./elements.js";
import { showGallery } from "./gallery.js";
import { language, say } from "./language.js";
import { REMEDIES } from "./remedies.js";
import * as shopServer from "./shop_server.js";
import * as steps from "./steps.js";
import { form as written, here, overhear } from "./wire.js";

const BEGIN = "/v1/member/getOAuthToken";
const CALLBACK = "/v1/member/verificationCallback";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const FIELDS = {
  name: say("이름", "Name"),
  birthdate: say("생년월일", "Birth date"),
  gender: say("성별 (0 여성, 1 남성)", "Gender (0 female, 1 male)"),
  nationalinfo: say("내외국인 (0 내국인)", "Nationality (0 Korean)"),
  mobileco: say("통신사", "Carrier"),
  mobileno: say("휴대폰 번호", "Mobile number"),
  authtype: say("인증 수단", "Method"),
  enctime: say("인증 일시", "Verified at"),
  businessno: say("사업자번호", "Business number"),
  reqNo: "reqNo",
  receivedata: "receivedata",
  responseno: "responseno",
  sitecode: "sitecode",
  ci: "CI",
  di: "DI",
};
// The last ones, which take a line each.
const LONG = ["reqNo", "receivedata", "responseno", "sitecode", "ci", "di"];

const form = document.getElementById("verify");
const begin = document.getElementById("begin");
const cancel = document.getElementById("cancel");
const outcome = document.getElementById("outcome");
let verification;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { mode, methodtype } = Object.fromEntries(new FormData(form));
  steps.clear();
  outcome.replaceChildren();
  busy(true);
  if (mode === "popup") {
    steps.add({ who: "page", title: say("클릭하는 순간 빈 창을 엽니다.", "Opens an empty window, within the click.") });
  }
  // The kit's whole use, in a real shop too.
  const begun = openVerification({
    mode,
    api: here("/"),
    request: { returnurl: here(CALLBACK), methodtype },
    headers: { "accept-language": language },
    onWindowClosed: () =>
      steps.tell(
        say(
          "창이 닫혔습니다. 결과가 아직 올 수 있어 3분 더 기다립니다. 취소할 수도 있습니다.",
          "The window was closed. A result may still come, so 3 minutes more are waited; you may stop.",
        ),
      ),
  });
  // Another try has shown the first one's window.
  if (begun === verification) return;
  verification = begun;
  verification.then(handOn, fail);
});

cancel.addEventListener("click", () => verification.cancel());

overhear((exchange) => {
  if (exchange.request.path !== here(BEGIN)) return;
  exchange.request.path = BEGIN;
  steps.add({ who: "page", title: say("인증을 시작합니다.", "Begins a verification."), exchange });
  const { json, headers } = exchange.answer;
  if (json === null || json.error) return;
  // In real life it is the shop's server that keeps it.
  shopServer.keep(json);
  const { token_version_id, enc_data, integrity_value } = json;
  const body = written({ m: "service", token_version_id, enc_data, integrity_value });
  steps.add({
    who: "page",
    title: say("세 값을 NICE 창으로 보냅니다.", "Sends the three values to NICE's window."),
    exchange: { request: { method: "POST", path: headers["x-nice-window-url"], headers: FORM, body } },
  });
  steps.tell(say("고객이 창에서 인증하기를 기다립니다.", "Waiting for the person in the window."));
  if (new FormData(form).get("mode") === "page") {
    sessionStorage.setItem("demo:choice", new FormData(form).get("methodtype"));
    steps.keep();
  }
});

/** What NICE answered, to the shop's server. */
async function handOn(answer) {
  const { token_version_id, enc_data, integrity_value } = answer;
  const values = written({ token_version_id, enc_data, integrity_value });
  const byPost = new FormData(form).get("methodtype") === "post";
  steps.add({
    who: "nice",
    title: say("암호화된 결과와 함께 쇼핑몰로 돌려보냅니다.", "Sends the browser back with the sealed result."),
    exchange: {
      request: byPost
        ? { method: "POST", path: CALLBACK, headers: FORM, body: values }
        : { method: "GET", path: `${CALLBACK}?${values}` },
    },
  });
  let exchange;
  try {
    exchange = await shopServer.open(answer);
  } catch {
    fail({ reason: "network", message: say("서비스에 연결할 수 없습니다.", "The service can't be reached.") });
    return;
  }
  steps.add({
    who: "server",
    title: say("보관한 reqNo로 결과를 한 번 엽니다.", "Opens the result once, with the reqNo that it kept."),
    exchange,
  });
  const { json } = exchange.answer;
  if (json?.error) fail({ reason: json.payload.reason, message: json.message });
  else succeed(json);
}

function succeed(result) {
  const rows = Object.entries(FIELDS)
    .filter(([name]) => name in result)
    .flatMap(([name, label]) => {
      const className = LONG.includes(name) ? "long" : "";
      return [
        element("dt", { className, textContent: label }),
        element("dd", { className, textContent: result[name] }),
      ];
    });
  end(
    "good",
    say(`인증되었습니다: ${result.name}`, `Verified: ${result.name}`),
    element("dl", {}, ...rows),
  );
}

const TITLES = {
  cancelled: say("취소되었습니다", "Cancelled"),
  retry: say("인증되지 않았습니다", "Not verified"),
  final: say("설정이 필요합니다", "Something has to be set up"),
};

function fail({ reason, kind = "retry", message, refusal }) {
  const code = refusal?.reason ?? reason;
  end(
    "bad",
    TITLES[kind],
    element("p", {}, element("code", { textContent: code })),
    element("p", { textContent: message }),
    element("p", { className: "remedy", textContent: REMEDIES[code] ?? "" }),
  );
}

function end(kind, title, ...content) {
  busy(false);
  steps.tell(say("끝났습니다.", "Done."));
  const heading = element("h3", { textContent: title, tabIndex: -1 });
  outcome.replaceChildren(element("div", { className: `outcome ${kind}` }, heading, ...content));
  heading.focus();
}

function busy(is) {
  begin.disabled = is;
  cancel.hidden = !is;
  if (is) steps.tell(say("시작합니다.", "Beginning."));
}

/** Back from the window that took the whole page. */
function resume() {
  const methodtype = sessionStorage.getItem("demo:choice");
  sessionStorage.removeItem("demo:choice");
  if (methodtype !== null) {
    form.elements.mode.value = "page";
    form.elements.methodtype.value = methodtype;
  }
  const isPage = suitableMode() === "page";
  if (isPage) form.elements.mode.value = "page";
  document.getElementById("advice").hidden = !isPage;
  steps.restore();
  try {
    const answer = resumeVerification();
    if (answer !== null) handOn(answer);
  } catch (error) {
    fail(error);
  }
}

showGallery();
resume();
document.documentElement.dataset.ready = "";
