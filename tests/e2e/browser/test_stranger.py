"""Results and messages that are not the page's own: none of them reaches the shop."""

from urllib.parse import urlencode

from browser.nice import another_answer, answer
from browser.stage import Stage

ANSWERED = {"type": "member-verification", "enc_data": "E", "integrity_value": "I"}


def another_answer_here(stage: Stage) -> dict[str, str]:
    service = stage.services[0]
    return another_answer(service.url, service.window, stage.shop.callback)


def test_another_session_by_popup(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.go_to_callback(another_answer_here(stage))
    stage.callback_says("alone")
    # It got the message, and did not take it.
    stage.back_on_page()
    stage.browser.wait(lambda: stage.browser.run("return heard.length"), "the message is there")
    stage.untouched()
    # The page goes on waiting for its own.
    stage.driver.switch_to.window(stage.popup)
    stage.go_to_callback(answer(stage.services[0].window, stage.shop.begun))
    assert stage.outcome() == {"name": "홍길동"}


def test_another_session_by_the_sandbox(stage: Stage) -> None:
    another_answer_here(stage)
    stage.visit()
    stage.begin()
    stage.verify(outcome="swap")
    stage.callback_says("alone")
    stage.untouched()


def test_another_session_without_an_opener(stage: Stage) -> None:
    """A link that someone sends, while the window is open."""
    stage.visit()
    stage.begin()
    stage.go_to_callback_elsewhere(another_answer_here(stage))
    stage.callback_says("alone")
    stage.untouched()


def test_another_session_by_whole_page(stage: Stage) -> None:
    stage.visit(mode="page")
    address = stage.driver.current_url
    stage.click("#begin")
    stage.at_window()
    stage.go_to_callback(another_answer_here(stage))
    stage.callback_says("alone")
    stage.driver.get(address)
    stage.ready()
    stage.untouched()
    # Its own may still come.
    stage.go_to_callback(answer(stage.services[0].window, stage.shop.begun))
    assert stage.outcome() == {"name": "홍길동"}


def test_another_result_in_store(stage: Stage) -> None:
    """Put there by whatever means: it isn't the one that was begun with."""
    for pending in (None, {"token_version_id": "T", "reqNo": "R", "returnPath": "/"}):
        stage.visit()
        stage.browser.run(
            "if (arguments[0]) sessionStorage.setItem('member-verification:pending', arguments[0]);"
            "sessionStorage.setItem('member-verification:result', arguments[1]);",
            pending and '{"token_version_id":"T","reqNo":"R","returnPath":"/"}',
            '{"token_version_id":"another","enc_data":"E","integrity_value":"I"}')
        stage.visit()
        stage.untouched()


def test_half_of_another_session(stage: Stage) -> None:
    """Not even its failure is ours."""
    stage.visit()
    stage.begin()
    stage.go_to_callback({"token_version_id": another_answer_here(stage)["token_version_id"]})
    stage.callback_says("empty")
    stage.back_on_page()
    stage.browser.wait(lambda: stage.browser.run("return heard.length"), "the message is there")
    stage.untouched()


def test_forged_by_another_origin(stage: Stage) -> None:
    """The right window and the right token, but not the shop's own callback page."""
    stage.visit()
    stage.begin()
    values, _, unnamed = forgeries(stage)
    # That there will be no result is the window's own to say.
    for message in (values, unnamed):
        stage.browser.run("opener.postMessage(arguments[0], '*')", message)
    forgeries_were_heard(stage, 2)


def test_forged_by_another_window(stage: Stage) -> None:
    """The right origin and the right token, but not the window that was opened."""
    stage.visit()
    stage.begin()
    stage.back_on_page()
    for message in forgeries(stage):
        stage.browser.run("window.postMessage(arguments[0], location.origin)", message)
    forgeries_were_heard(stage)


def forgeries(stage: Stage) -> list[dict[str, str]]:
    token = stage.shop.begun["token_version_id"]
    failed = "member-verification:failed"
    return [{**ANSWERED, "token_version_id": token},
            {"type": failed, "token_version_id": token}, {"type": failed, "token_version_id": ""}]


def forgeries_were_heard(stage: Stage, count: int = 3) -> None:
    stage.back_on_page()
    stage.browser.wait(lambda: stage.browser.run("return heard.length") == count, "all are there")
    stage.untouched()


def test_path_that_looks_like_a_host(stage: Stage) -> None:
    """The page that is returned to is on the shop's origin, whatever its path."""
    address = f"{stage.shop.origin}//elsewhere.example/"
    stage.expected.console = [f"{address} - Failed to load resource: "
                              "the server responded with a status of 404"]
    stage.expected.refusals = ["404 unmatched"]
    stage.visit(mode="page", returnPath="/.//elsewhere.example/")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.browser.wait(lambda: "elsewhere" in stage.driver.current_url, "the way back")
    assert stage.driver.current_url == address


def test_way_back_to_another_origin(stage: Stage) -> None:
    """Whatever stands in the store: the way back stays on the shop's origin."""
    for path in ("//elsewhere.example/", "https://elsewhere.example/"):
        stage.visit(mode="page")
        stage.click("#begin")
        stage.at_window()
        values = answer(stage.services[0].window, stage.shop.begun)
        stage.driver.get(f"{stage.shop.origin}/shop/blank")
        stage.browser.run("""
          const pending = JSON.parse(sessionStorage.getItem("member-verification:pending"));
          sessionStorage.setItem("member-verification:pending",
            JSON.stringify({ ...pending, returnPath: arguments[0] }));
          const list = JSON.parse(localStorage.getItem("member-verification:begun"));
          localStorage.setItem("member-verification:begun",
            JSON.stringify(list.map((one) => ({ ...one, returnPath: arguments[0] }))));""", path)
        stage.go_to_callback(values)
        stage.callback_says("alone")
        assert stage.driver.current_url == stage.shop.callback


def test_opener_of_another_origin(stage: Stage) -> None:
    """A page of another origin that opens the callback page does not get the result back."""
    stage.expected.console = ["Failed to execute 'postMessage' on 'DOMWindow': The target origin "
                              f"provided ('{stage.shop.origin}') does not match"]
    stage.visit(stage.direct)
    stage.browser.run("document.querySelector('h1').onclick = () => open(arguments[0])",
                      f"{stage.shop.callback}?{urlencode(another_answer_here(stage))}")
    stage.click("h1")
    stage.browser.wait(lambda: len(stage.driver.window_handles) == 2, "a window opens")
    [opened] = set(stage.driver.window_handles) - {stage.page}
    stage.driver.switch_to.window(opened)
    stage.callback_says("alone")
    assert stage.browser.run("return window.opener !== null")
    stage.back_on_page()
    assert stage.browser.run("return heard") == []
