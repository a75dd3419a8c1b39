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

# As a page would write it: JSON can't say all of it.
NONSENSE = {
    "mode": ['"Page"', '"window"', "null", '""', "7", '"toString"', "Symbol('page')", "['page']"],
    "timeout": ["NaN", "null", '"60"', "0", "-1", "Infinity", "60", "{}", "true", "60n"],
    "closedGrace": ["NaN", "null", '"60"', "-1", "Infinity"],
    "api": ["null", "7", "{}", "false", "[]"],
    "request": ["null", "'x'", "[]", "7", "new FormData()", "new Map()", "new URLSearchParams('a=b')",
                "() => ({})"],
    "headers": ["null", "7", "'x'", "[['x']]"],
    "returnPath": ["null", "7", "{}"],
    "onWindowClosed": ["null", "'x'", "{}"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NONSENSE.items()
                                             for value in values])
def test_option_that_is_nonsense(stage: Stage, name: str, value: str) -> None:
    """By name, and before a window opens."""
    nonsense(stage, "{ %s: %s }" % (name, value), f" {name}: ")


@pytest.mark.parametrize(("options", "named"), [
    ("'page'", "options: "), ("7", "options: "), ("['page']", "options: "), ("() => ({})", "options: "),
    # What would be passed over.
    ("{ returnurl: '/' }", "returnurl (request.returnurl)"),
    ("{ returnUrl: '/' }", "returnUrl (request.returnurl)"),
    ("{ methodType: 'post' }", "methodType (request.methodtype)"),
    ("{ timeOut: 60000 }", "timeOut (timeout)"),
    ("{ return_path: '/' }", "return_path (returnPath)"),
    ("{ onwindowclosed() {} }", "onwindowclosed (onWindowClosed)"),
    # What can't be asked.
    ("{ api: 'ftp://verify.example' }", "api: "), ("{ api: 'javascript:1' }", "api: "),
    ("{ api: '/api#' }", "api: "), ("{ api: '/api?x=' }", "api: "), ("{ api: 'http://[' }", "api: "),
    ("{ api: 'https://user:word@verify.example' }", "api"),
    ("{ request: { requestno: 1n } }", "request"),
    ("{ request: (() => { const one = {}; return (one.one = one); })() }", "request"),
    ("{ headers: { 'no name': 'x' } }", "headers"),
])
def test_options_that_can_t_be_meant(stage: Stage, options: str, named: str) -> None:
    nonsense(stage, options, named)


def nonsense(stage: Stage, options: str, named: str) -> None:
    stage.expected.console = [named]
    stage.visit()
    told = stage.driver.execute_async_script("""
      const [done] = arguments;
      window.open = () => { throw new Error("too late"); };
      import("/popup.js").then(({ openVerification, VerificationError }) =>
        openVerification(%s).then(done, (error) =>
          done([error instanceof VerificationError, error.reason, error.kind, error.message])));
    """ % options)
    assert told[:3] == [True, "misconfigured", "final"] and named in told[3], told
    spent_nothing(stage)


def test_options_that_are_not_known_are_named(stage: Stage) -> None:
    stage.expected.console = ["no such options: colour, size"]
    stage.visit(colour="red", size=7)
    stage.begin()
    stage.verify()
    assert stage.outcome() == {"name": "홍길동"}


def test_options_of_every_kind_that_is_right(stage: Stage) -> None:
    """An event alone, too, as a listener is given it; and what came as `undefined`."""
    for options in ("undefined", "null", "new Event('click')", "Object.freeze(Object.create(null))",
                    "{ api: undefined, mode: undefined, timeout: undefined, request: undefined }",
                    "{ api: new URL(location.origin), headers: new Headers({ 'Content-Type': 'application/json' }) }",
                    "{ headers: [['Content-type', 'application/json']], returnPath: new URL(location) }",
                    "{ closedGrace: 0, timeout: 1e12, api: './' }"):
        stage.shop.asked.clear()
        stage.visit()
        stage.browser.run("""
          const returnurl = `${location.origin}/v1/member/verificationCallback`;
          window.fetch = ((fetch) => (address, call) =>
            fetch(address, { ...call, body: JSON.stringify({ returnurl }) }))(window.fetch);
          const begin = document.getElementById("begin");
          begin.replaceWith(begin.cloneNode(true));
          document.getElementById("begin").disabled = false;
          const show = (value) => (document.getElementById("outcome").textContent = JSON.stringify(value));
          import("/popup.js").then(({ openVerification }) => {
            document.getElementById("begin").onclick = () =>
              openVerification(%s).then(({ reqNo }) => show(reqNo), (error) => show(String(error)));
          });
        """ % options)
        stage.browser.wait(lambda: stage.browser.run("return document.getElementById('begin').onclick !== null"),
                           "the page is ready")
        stage.begin()
        stage.verify()
        assert stage.outcome() == stage.shop.begun["reqNo"], options


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


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_return_that_the_service_chose_is_on_another_origin(stage: Stage, mode: str) -> None:
    """No `returnurl`, or a route in between has another one: the service tells where it leads."""
    there = stage.shop.window_origin
    stage.expected.console = [f"returnurl: {there}, location: {stage.shop.origin}"]
    stage.visit(mode=mode, request={"returnurl": None})
    stage.click("#begin")
    failure = stage.failure("misconfigured")
    assert there in failure["message"] and failure["kind"] == "final", failure
    stage.browser.wait(lambda: stage.driver.window_handles == [stage.page], "the window closes")
    stage.nothing_left()


def test_return_that_an_older_service_chose(stage: Stage) -> None:
    """It doesn't tell. The sandbox's default is known: the console says so."""
    stage.expected.console = [f"no returnurl; the sandbox's is on {stage.shop.window_origin}"]
    stage.shop.hidden = ["x-return-origin"]
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
    "window.open = () => ({ closed: false, close() {}, focus() {} })",
    # A page in a frame that nobody sees, and this very page.
    """window.open = () => {
         const frame = document.createElement("iframe");
         document.body.append(frame);
         return frame.contentWindow;
       }""",
    """window.open = () => new Proxy(self, { get(target, name) {
         if (name === "closed") return false;
         const value = Reflect.get(target, name);
         return typeof value === "function" ? () => null : value;
       } })""",
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
