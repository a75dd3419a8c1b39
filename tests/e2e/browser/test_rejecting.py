"""What the page's own set-up, its policy or its browser stops: told at once, with a reason."""

import pytest

from browser.stage import Stage

POLICY = "Content-Security-Policy"


def spent_nothing(stage: Stage) -> None:
    """No window, and no token of NICE's."""
    assert not stage.shop.asked.is_set()
    assert len(stage.driver.window_handles) == 1
    stage.nothing_left()


# ---- Known before it begins -------------------------------------------------

@pytest.mark.parametrize("mode", ["Page", "window", None, "", 7])
def test_unknown_mode(stage: Stage, mode: object) -> None:
    stage.expected.console = [f"mode: {'null' if mode is None else mode}"]
    stage.visit(mode=mode)
    stage.click("#begin")
    failure = stage.failure("misconfigured")
    assert "popup, page, auto" in failure["message"] and failure["kind"] == "final", failure
    spent_nothing(stage)


@pytest.mark.parametrize("there", ["http://127.0.0.1:{port}", "https://localhost:{port}",
                                   "http://www.localhost:{port}", "http://localhost:1"])
@pytest.mark.parametrize("mode", ["popup", "page"])
def test_return_to_another_origin(stage: Stage, mode: str, there: str) -> None:
    origin = there.format(port=stage.shop.port)
    stage.expected.console = [f"returnurl: {origin}, location: {stage.shop.origin}"]
    stage.visit(mode=mode, request={"returnurl": f"{origin}/v1/member/verificationCallback"})
    stage.click("#begin")
    failure = stage.failure("misconfigured")
    assert origin in failure["message"] and stage.shop.origin in failure["message"], failure
    spent_nothing(stage)


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "//["])
@pytest.mark.parametrize("mode", ["popup", "page"])
def test_way_back_to_another_origin(stage: Stage, mode: str, path: str) -> None:
    stage.expected.console = [f"returnPath: {path}"]
    stage.visit(mode=mode, returnPath=path)
    stage.click("#begin")
    assert path in stage.failure("misconfigured")["message"]
    spent_nothing(stage)


@pytest.mark.parametrize("options", [{"headers": {"no name": "x"}}, {"headers": {"x-shop": "쇼핑몰"}},
                                     {"api": "http://["}])
def test_call_that_can_t_be_sent(stage: Stage, options: dict) -> None:
    """The page's own mistake, and no fault of the network."""
    stage.expected.console = ["api, request, headers"]
    stage.visit(**options)
    stage.click("#begin")
    assert stage.failure("misconfigured")["kind"] == "final"
    spent_nothing(stage)


def test_no_returnurl_in_the_sandbox(stage: Stage) -> None:
    """Its default is on another origin, so nothing will come back: the console says so."""
    stage.expected.console = [f"no returnurl; the sandbox's is on {stage.shop.window_origin}"]
    stage.visit(request={"returnurl": None})
    stage.begin()
    assert "출처가 다르면" in stage.driver.find_element("css selector", ".notice").text
    stage.driver.close()
    stage.back_on_page()


# ---- Policies ---------------------------------------------------------------

@pytest.mark.parametrize("mode", ["popup", "page"])
def test_policy_that_stops_the_form(stage: Stage, mode: str) -> None:
    stage.expected.console = ["violates the following Content Security Policy directive",
                              f"{POLICY}: form-action {stage.shop.window_origin}"]
    stage.shop.form_action = "'self'"
    stage.visit(mode=mode)
    stage.click("#begin")
    failure = stage.failure("blocked")
    assert f"form-action {stage.shop.window_origin} {stage.shop.origin}" in failure["message"]
    assert failure["kind"] == "final"
    stage.nothing_left()
    # Once known, it costs no second token.
    stage.shop.asked.clear()
    stage.browser.run("document.getElementById('outcome').textContent = ''")
    stage.click("#begin")
    stage.failure("blocked")
    spent_nothing(stage)


def test_policy_that_stops_the_redirect_back(stage: Stage) -> None:
    """Chromium looks at each redirect behind the form: the last one is the page's own origin."""
    stage.expected.console = ["violates the following Content Security Policy directive",
                              f"{POLICY}: form-action {stage.shop.window_origin}"]
    stage.shop.form_action = stage.shop.window_origin
    stage.visit()
    stage.browser.run(AT_ONCE)
    stage.click("#begin")
    assert stage.shop.origin in stage.failure("blocked")["message"]
    stage.nothing_left()


def test_redirect_back_with_the_documented_policy(stage: Stage) -> None:
    stage.visit()
    stage.browser.run(AT_ONCE)
    stage.click("#begin")
    assert stage.outcome() == {"name": "홍길동"}


# The sandbox answers this form at once, without a person.
AT_ONCE = """
const submit = HTMLFormElement.prototype.submit;
HTMLFormElement.prototype.submit = function () {
  const persona = document.createElement("input");
  Object.assign(persona, { type: "hidden", name: "sandbox_persona", value: "hong" });
  this.append(persona);
  submit.call(this);
};
"""


def test_policy_that_stops_another_form_of_the_page(stage: Stage) -> None:
    stage.expected.console = ["violates the following Content Security Policy directive"]
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.browser.run("""
      document.addEventListener("securitypolicyviolation", () => { window.violated = true; });
      const form = document.createElement("form");
      form.action = "http://elsewhere.example/";
      document.body.append(form);
      form.submit();
      form.remove();""")
    stage.browser.wait(lambda: stage.browser.run("return window.violated"), "the violation")
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    assert stage.outcome() == {"name": "홍길동"}


def test_policy_that_stops_the_call(stage: Stage) -> None:
    stage.expected.console = ["violates the", f"{POLICY}: connect-src http://127.0.0.1:9"]
    stage.visit(api="http://127.0.0.1:9")
    stage.click("#begin")
    stage.failure("blocked")
    spent_nothing(stage)


# ---- Whatever is thrown -----------------------------------------------------

@pytest.mark.parametrize("mode", ["popup", "page"])
@pytest.mark.parametrize("what", [
    # As Firefox throws where the policy stops a form: no `Error`.
    "HTMLFormElement.prototype.submit = () => { throw { nsresult: 0x805a0061 } }",
    "HTMLFormElement.prototype.submit = () => { throw undefined }",
    "HTMLFormElement.prototype.submit = () => { throw 'closed' }",
])
def test_form_that_throws(stage: Stage, what: str, mode: str) -> None:
    stage.expected.console = [f"{POLICY}: form-action"]
    stage.visit(mode=mode)
    stage.browser.run(what)
    stage.click("#begin")
    stage.failure("blocked")
    stage.nothing_left()


@pytest.mark.parametrize("what", [
    "window.open = () => { throw new DOMException('no', 'SecurityError') }",
    "window.open = () => { throw null }",
    "window.open = () => { throw 'a text' }",
    "window.open = () => null",
    # What blockers give instead of a window.
    "window.open = () => ({})",
    "window.open = () => new Proxy(() => {}, { get: (target) => target })",
    "window.open = () => ({ closed: true, close() {}, focus() {} })",
    "crypto.getRandomValues = () => { throw 7 }",
])
def test_window_that_throws(stage: Stage, what: str) -> None:
    stage.visit()
    stage.browser.run(what)
    stage.click("#begin")
    stage.failure("blocked")
    spent_nothing(stage)


# ---- Without channel, without storage ---------------------------------------

NO_CHANNEL = {
    "an old browser": "delete window.BroadcastChannel",
    "a browser that blocks cookies": """
        window.BroadcastChannel = class {
          constructor() { throw new DOMException("The operation is insecure.", "SecurityError"); }
        };
        for (const name of ["localStorage", "sessionStorage"]) {
          Object.defineProperty(window, name, {
            get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });
        }""",
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("kind", NO_CHANNEL)
def test_message_alone(stage: Stage, kind: str, method: str) -> None:
    stage.shop.early = NO_CHANNEL[kind]
    stage.visit(request={"methodtype": method})
    stage.begin()
    stage.verify()
    assert stage.outcome() == {"name": "홍길동"}
    stage.popup_is_gone()


@pytest.mark.parametrize("kind", NO_CHANNEL)
def test_callback_page_without_a_channel(stage: Stage, kind: str) -> None:
    stage.shop.early = NO_CHANNEL[kind]
    for values, state in (({"token_version_id": "T", "enc_data": "E", "integrity_value": "I"}, "alone"),
                          ({}, "empty")):
        stage.go_to_callback_elsewhere(values)
        stage.callback_says(state)


def test_page_with_cookies_blocked(stage: Stage) -> None:
    stage.shop.early = NO_CHANNEL["a browser that blocks cookies"]
    stage.visit(mode="page")
    stage.click("#begin")
    stage.failure("blocked")
    spent_nothing(stage)


# ---- For people -------------------------------------------------------------

@pytest.mark.parametrize(("language", "begins"), [
    ("ko", "브라우저가"), ("ko-KR", "브라우저가"), ("", "브라우저가"), ("en", "The browser"),
    ("ja", "The browser")])
def test_message_in_the_page_s_language(stage: Stage, language: str, begins: str) -> None:
    """Without a language of the page, in the browser's own: Korean here."""
    stage.visit()
    stage.browser.run("document.documentElement.lang = arguments[0]; window.open = () => null",
                      language)
    stage.click("#begin")
    assert stage.failure("blocked")["message"].startswith(begins)


@pytest.mark.parametrize(("language", "says"), [("ko", "올바르지"), ("en", "not valid")])
def test_refusal_in_the_page_s_language(stage: Stage, language: str, says: str) -> None:
    """The service's own words too, whatever the browser's language."""
    stage.expected.console = ["status of 400"]
    stage.expected.refusals = ["400 /v1/member/getOAuthToken"]
    stage.visit(request={"authtype": "Z"})
    stage.browser.run("document.documentElement.lang = arguments[0]", language)
    stage.click("#begin")
    assert says in stage.failure("refused")["message"]
