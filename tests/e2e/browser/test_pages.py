"""What a person sees, judged by axe-core."""

from selenium.webdriver.common.by import By

from browser.stage import NOT_OPENED_BY_A_SCRIPT, Stage

VALUES = {"token_version_id": "T", "enc_data": "E", "integrity_value": "I"}
# The state of a moment, held.
WITHOUT_THE_END_OF_PATIENCE = """
const wait = setTimeout;
window.setTimeout = (act, delay) => (delay === 1500 ? 0 : wait(act, delay));
"""


def test_callback_states(stage: Stage) -> None:
    stage.expected.console = [NOT_OPENED_BY_A_SCRIPT]
    stage.driver.get(stage.shop.callback)
    stage.callback_says("empty")
    stage.axe.judge("callback: empty")

    stage.go_to_callback(VALUES)
    stage.callback_says("alone")
    assert stage.driver.current_url == stage.shop.callback, "values in the address bar"
    stage.axe.judge("callback: alone")

    held = stage.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument",
                                        {"source": WITHOUT_THE_END_OF_PATIENCE})
    stage.go_to_callback(VALUES)
    stage.callback_says("working")
    stage.axe.judge("callback: working")
    stage.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", held)

    # Someone hears it, and it can't close itself.
    listener = stage.driver.current_window_handle
    stage.driver.get(f"{stage.shop.origin}/shop/blank")
    stage.browser.run("window.channel = new BroadcastChannel('T'); channel.onmessage = () => "
                      "channel.postMessage({ type: 'member-verification:received' })")
    stage.go_to_callback_elsewhere(VALUES)
    stage.callback_says("delivered")
    stage.axe.judge("callback: delivered")
    assert listener in stage.driver.window_handles


def test_callback_page_labelled_euc_kr(stage: Stage) -> None:
    """A server that says so of all its files: the page is readable, and the kit's messages."""
    stage.driver.get(f"{stage.shop.origin}/euckr/callback.html")
    stage.callback_says("empty")
    assert stage.browser.run("return document.characterSet") == "EUC-KR"
    assert stage.driver.title == "본인인증"
    assert "인증 결과가 없습니다" in stage.driver.find_element(By.CSS_SELECTOR, "[data-state=empty]").text
    stage.visit(flags={"kit": "/euckr/popup.js", "callback": "/euckr/callback.html"}, closedGrace=1)
    stage.begin()
    stage.driver.close()
    assert stage.failure("closed")["message"] == "인증이 끝나기 전에 창이 닫혔습니다."


def test_callback_page_on_a_small_phone(stage: Stage) -> None:
    """Nothing sticks out, words aren't broken, and the way on is a target that can be hit."""
    stage.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": 320, "height": 568, "deviceScaleFactor": 1, "mobile": True})
    for values, state in (({}, "empty"), (VALUES, "alone")):
        stage.go_to_callback(values) if values else stage.driver.get(stage.shop.callback)
        stage.callback_says(state)
        assert stage.browser.run("return document.documentElement.scrollWidth") <= 320
        assert stage.browser.run("return document.activeElement.id") == "on"
        signs = stage.browser.run("return [...document.querySelectorAll('.sign path')]"
                                  ".filter((one) => one.getClientRects().length).length")
        assert signs == 1, signs
        size = stage.driver.find_element(By.ID, "on").size
        assert size["height"] >= 44, size
        # The browser's own text size.
        height = stage.browser.run("document.documentElement.style.setProperty('font-size', '200%');"
                                   "return document.querySelector('h1').offsetHeight")
        assert height >= 48, height
        assert stage.browser.run("return document.documentElement.scrollWidth") <= 320


def test_callback_page_in_forced_colours(stage: Stage) -> None:
    stage.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "forced-colors", "value": "active"}]})
    stage.driver.get(stage.shop.callback)
    stage.callback_says("empty")
    border = stage.browser.run("return getComputedStyle(document.getElementById('on')).borderTopColor")
    ground = stage.browser.run("return getComputedStyle(document.body).backgroundColor")
    assert border != ground, border


def test_window_screens(stage: Stage) -> None:
    stage.visit(closedGrace=300)
    stage.begin()
    stage.axe.judge("window, as a popup")
    stage.click("summary")
    stage.axe.judge("window, with fields to edit")
    stage.verify(outcome="0010")
    stage.browser.wait(lambda: stage.driver.find_elements(By.ID, "window-code"), "the code")
    stage.axe.judge("window: closed with a failure")

    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    stage.axe.judge("window, as a whole page")
    stage.click("button[value=cancel]")
    stage.browser.wait(lambda: stage.driver.find_elements(By.CSS_SELECTOR, "[data-way=close]"),
                       "the window says that it is closed")
    stage.axe.judge("window: closed")

    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    stage.verify(outcome="late")
    stage.browser.wait(lambda: stage.driver.find_elements(By.CSS_SELECTOR, "[data-way=wait]"),
                       "the window waits")
    stage.axe.judge("window: a late callback")


def test_window_of_a_mistake(stage: Stage) -> None:
    stage.expected.refusals = ["400 /sandbox/CheckPlusSafeModel/service.cb"]
    stage.expected.console = [f"{stage.services[0].window} - Failed to load resource: "
                              "the server responded with a status of 400"]
    stage.driver.get(stage.services[0].window)
    stage.axe.judge("window: a mistake")


def test_sandbox_pages(stage: Stage) -> None:
    for path in ("/sandbox/", "/sandbox/faults", "/sandbox/explain"):
        stage.driver.get(stage.services[0].url + path)
        stage.axe.judge(path)


def test_code_can_be_copied(stage: Stage) -> None:
    url = stage.services[0].url
    stage.driver.execute_cdp_cmd("Browser.grantPermissions", {
        "origin": url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    for path in ("/sandbox/", "/demo"):
        stage.driver.get(url + path)
        stage.browser.wait(lambda: stage.driver.find_elements(By.CSS_SELECTOR, ".copy + pre"),
                           "a button")
        stage.click(".copy:has(+ pre)")
        shown = stage.browser.run("return document.querySelector('.copy + pre').textContent")
        copied = lambda: stage.driver.execute_async_script(
            "navigator.clipboard.readText().then(arguments[0])")
        stage.browser.wait(lambda: copied() == shown, "it is copied")


def test_without_scripts(stage: Stage) -> None:
    """The window works without; the ways back, and the callback page, say how to go on."""
    scripts = lambda off: stage.driver.execute_cdp_cmd(
        "Emulation.setScriptExecutionDisabled", {"value": off})
    for method, outcome in (("get", "double"), ("post", "double"), ("post", "success")):
        stage.visit(mode="page", request={"methodtype": method})
        stage.click("#begin")
        stage.at_window()
        scripts(True)
        stage.verify(outcome=outcome)
        stage.browser.wait(lambda: stage.driver.find_elements(By.ID, "back"), "the way back")
        scripts(False)
        stage.axe.judge(f"window: {outcome} by {method}")
    scripts(True)
    stage.driver.get(stage.shop.callback)
    scripts(False)
    shown = [paragraph.text for paragraph in stage.driver.find_elements(By.TAG_NAME, "p")
             if paragraph.is_displayed()]
    assert len(shown) == 1 and "자바스크립트" in shown[0], shown
    stage.axe.judge("callback: without scripts")
