"""The page that began is gone: a finished verification is not."""

import contextlib
from collections.abc import Iterator

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By

from browser.nice import another_answer, answer
from browser.stage import NOT_OPENED_BY_A_SCRIPT, Stage

HONG = {"name": "홍길동"}
LIST = "return JSON.parse(localStorage.getItem('member-verification:begun'))"


def continue_here(stage: Stage) -> None:
    stage.callback_says("continue")
    focused = stage.browser.run("return document.activeElement.id")
    assert focused == "on", focused
    stage.axe.judge("callback: continue")
    stage.click("#on")
    stage.ready()
    stage.page = stage.driver.current_window_handle
    assert stage.outcome() == HONG
    assert len(stage.shop.handed) == 1
    assert "=" not in stage.driver.current_url.split("?")[-1].split("options=")[0]
    # It is taken once, wherever the person looks next.
    stage.driver.refresh()
    stage.ready()
    assert stage.shown() is None
    [kept] = stage.browser.run(LIST)
    assert kept["done"] and "result" not in kept and kept["reqNo"] == "", kept


def reload_meanwhile(stage: Stage) -> None:
    """The page, while the person is in the window."""
    stage.back_on_page()
    stage.driver.refresh()
    stage.ready()
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    continue_here(stage)


def test_page_reloaded(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    reload_meanwhile(stage)


def test_page_reloaded_while_the_service_is_asked(stage: Stage) -> None:
    """Nothing is lost, and no empty window stays."""
    stage.visit()
    stage.click_and_wait_for_the_service()
    stage.driver.refresh()
    stage.browser.wait(lambda: stage.driver.window_handles == [stage.page], "the window closes")
    stage.shop.may_answer.set()


def test_page_with_an_old_library(stage: Stage) -> None:
    """Prototype.js has a JSON of its own, and adds to what every object has."""
    stage.visit()
    stage.browser.run("""
      Array.prototype.toJSON = function () { return `[${this.map((one) => JSON.stringify(one)).join(", ")}]`; };
      Object.prototype.extend = Array.prototype.each = () => {};""")
    stage.begin()
    reload_meanwhile(stage)


def test_page_that_went_elsewhere_and_back(stage: Stage) -> None:
    """By the history, while the person was in the window."""
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.browser.run("setTimeout(() => (location.href = '/shop/blank'))")
    stage.browser.wait(lambda: stage.driver.title == "blank", "the other page")
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    stage.callback_says("continue")
    stage.back_on_page()
    stage.browser.go(-1)
    stage.browser.wait(lambda: "options" in stage.driver.current_url, "the page that began")
    stage.ready()
    assert stage.outcome() == HONG
    assert len(stage.shop.handed) == 1


def test_page_closed(stage: Stage) -> None:
    stage.visit(request={"methodtype": "post"})
    stage.begin()
    stage.back_on_page()
    stage.driver.close()
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    continue_here(stage)


def test_page_reloaded_and_the_window_closed(stage: Stage) -> None:
    """The person doesn't choose to go on there, but looks at the page again."""
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.driver.refresh()
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    stage.callback_says("continue")
    stage.driver.close()
    stage.back_on_page()
    # Elsewhere in the shop it isn't taken.
    options = stage.driver.current_url
    stage.driver.get(f"{stage.shop.origin}/isolated")
    stage.ready()
    assert stage.shown() is None
    stage.driver.get(options)
    stage.ready()
    assert stage.outcome() == HONG


def test_callback_in_another_tab(stage: Stage) -> None:
    """Whole page, and an app has opened another tab on the way."""
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.go_to_callback_elsewhere(values)
    continue_here(stage)


def test_begun_long_ago(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.driver.switch_to.new_window("tab")
    stage.driver.get(f"{stage.shop.origin}/shop/blank")
    stage.browser.run("""
      const list = JSON.parse(localStorage.getItem("member-verification:begun"));
      list[0].at -= 31 * 60000;
      localStorage.setItem("member-verification:begun", JSON.stringify(list));""")
    stage.go_to_callback(values)
    stage.callback_says("alone")


def test_somebody_else_s_leads_on_without_values(stage: Stage) -> None:
    stage.visit()
    service = stage.services[0]
    values = another_answer(service.url, service.window, stage.shop.callback)
    stage.go_to_callback_elsewhere(values)
    stage.callback_says("alone")
    on = stage.driver.find_element(By.ID, "on")
    assert on.get_attribute("href") == f"{stage.shop.origin}/"
    stage.click("#on")
    stage.ready()
    assert stage.shown() is None and stage.shop.handed == []
    assert stage.browser.run("return [localStorage.length, sessionStorage.length]") == [0, 0]


def test_list_is_bounded(stage: Stage) -> None:
    stage.visit(closedGrace=1)
    for _ in range(10):
        stage.begin()
        stage.driver.close()
        stage.failure("closed")
        stage.browser.run("document.getElementById('outcome').textContent = ''")
    kept = stage.browser.run(LIST)
    assert len(kept) == 8
    assert kept[-1]["token_version_id"] == stage.shop.begun["token_version_id"]


def test_cancelled_is_forgotten(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.click("#cancel")
    stage.failure("cancelled")
    assert not stage.browser.run(LIST)


# ---- The callback page doesn't run: a service worker, or the shop's own page ----

def test_window_is_the_shop_s_own_page(stage: Stage) -> None:
    """`returnurl` is the very page that began: its window hands the result over, and closes."""
    stage.visit(flags={"callback": "/"})
    stage.begin()
    stage.verify()
    assert stage.outcome() == HONG
    stage.popup_is_gone()
    assert len(stage.shop.handed) == 1
    stage.nothing_left()


def test_window_is_the_shop_s_own_page_and_the_other_is_gone(stage: Stage) -> None:
    stage.visit(flags={"callback": "/"})
    stage.begin()
    stage.back_on_page()
    stage.driver.close()
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    stage.page = stage.popup
    assert stage.outcome() == HONG
    assert "enc_data" not in stage.driver.current_url
    assert len(stage.shop.handed) == 1


def test_whole_page_returns_to_the_shop_s_own_page(stage: Stage) -> None:
    stage.visit(mode="page", flags={"callback": "/"})
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG
    assert stage.driver.current_url == f"{stage.shop.origin}/"
    stage.driver.back()
    stage.driver.forward()
    assert len(stage.shop.handed) == 1


@contextlib.contextmanager
def service_worker(stage: Stage, shell: str = "/") -> Iterator[None]:
    """It answers whatever this shop is asked for by navigation."""
    stage.driver.execute_async_script("""
      const [shell, done] = arguments;
      navigator.serviceWorker.addEventListener("controllerchange", () => done());
      navigator.serviceWorker.register(`/sw.js?shell=${shell}`);""", shell)
    try:
        yield
    finally:
        for handle in stage.driver.window_handles:
            stage.driver.switch_to.window(handle)
            if stage.driver.current_url.startswith(stage.shop.origin):
                break
        stage.driver.execute_async_script("""
          const done = arguments[0];
          navigator.serviceWorker.getRegistrations().then(
            async (all) => { for (const one of all) await one.unregister(); done(); });""")


def into_the_window(stage: Stage, mode: str) -> None:
    if mode == "popup":
        stage.begin()
    else:
        stage.click("#begin")
        stage.at_window()


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_service_worker_answers_the_callback(stage: Stage, mode: str) -> None:
    stage.visit(mode=mode)
    with service_worker(stage):
        into_the_window(stage, mode)
        stage.verify()
        if mode == "page":
            stage.ready()
        assert stage.outcome() == HONG
        assert len(stage.shop.handed) == 1
        if mode == "popup":
            stage.popup_is_gone()
        assert "enc_data" not in stage.driver.current_url


def test_service_worker_answers_with_a_page_without_the_kit(stage: Stage) -> None:
    """The page that began reads the address itself."""
    stage.expected.console = ["(no callback page 200, service worker)"]
    stage.visit()
    with service_worker(stage, "/shop/blank"):
        stage.begin()
        stage.verify()
        assert stage.outcome() == HONG
        stage.popup_is_gone()
        stage.nothing_left()


@pytest.mark.parametrize(("mode", "shell"), [("popup", "/"), ("popup", "/shop/blank"), ("page", "/")])
def test_service_worker_answers_what_is_posted(stage: Stage, mode: str, shell: str) -> None:
    """Nobody has the values then: told before, and told at once."""
    stage.expected.console = [f"a service worker at {stage.shop.origin}/", "(no callback page 200, service worker)"]
    stage.visit(mode=mode, request={"methodtype": "post"}, returnPath="/other")
    with service_worker(stage, shell):
        into_the_window(stage, mode)
        stage.verify()
        if mode == "page":
            stage.ready()
        failure = stage.failure("misconfigured")
        assert stage.shop.callback in failure["message"] and failure["kind"] == "final", failure
        if mode == "popup":
            stage.nothing_left()


@pytest.mark.parametrize("status", [403, 404, 405, 419, 422])
def test_callback_that_refuses_what_is_posted(stage: Stage, status: int) -> None:
    """As a guard against forged forms does, or a server of files."""
    stage.expected.console = [f"(no callback page {status})"]
    stage.expected.perhaps = [f"status of {status}"]
    stage.shop.callback_answers = status
    stage.visit(request={"methodtype": "post"})
    stage.begin()
    stage.verify()
    assert f"{stage.shop.callback} (no callback page {status})" in stage.failure("misconfigured")["message"]
    stage.popup_is_gone()
    stage.nothing_left()


def test_callback_that_is_busy_is_loaded_again(stage: Stage) -> None:
    stage.expected.perhaps = ["status of 503", "no callback page 503"]
    stage.shop.callback_answers = 503
    stage.visit(request={"methodtype": "post"})
    stage.begin()
    stage.verify()
    stage.browser.wait(lambda: stage.driver.title == "no", "the page that is busy")
    stage.back_on_page()
    stage.driver.execute_async_script("setTimeout(arguments[0], 3000)")
    assert stage.shown() is None
    stage.shop.callback_answers = None
    stage.driver.switch_to.window(stage.popup)
    stage.driver.refresh()
    assert stage.outcome() == HONG
    stage.popup_is_gone()
    stage.nothing_left()


@pytest.mark.parametrize("status", [404, 503])
def test_callback_that_is_not_there(stage: Stage, status: int) -> None:
    """By get the values are in its address, whatever answers."""
    stage.expected.console = [f"(no callback page {status})"]
    stage.expected.perhaps = [f"status of {status}"]
    stage.shop.callback_answers = status
    stage.visit()
    stage.begin()
    stage.verify()
    assert stage.outcome() == HONG
    stage.popup_is_gone()
    stage.nothing_left()


@pytest.mark.parametrize("method", ["get", "post"])
def test_callback_page_whose_script_does_not_run(stage: Stage, method: str) -> None:
    stage.expected.console = ["(no callback page 200)"]
    stage.shop.no_callback_script = True
    stage.visit(request={"methodtype": method})
    stage.begin()
    stage.verify()
    assert stage.outcome() == HONG
    stage.popup_is_gone()
    stage.nothing_left()


# ---- The callback page is loaded again, by the person or after a crash ------

@pytest.mark.parametrize("method", ["get", "post"])
def test_callback_page_that_offers_to_go_on_is_loaded_again(stage: Stage, method: str) -> None:
    stage.visit(request={"methodtype": method})
    stage.begin()
    stage.back_on_page()
    stage.driver.close()
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    stage.callback_says("continue")
    stage.driver.refresh()
    continue_here(stage)


def test_callback_page_is_loaded_again_before_it_has_found_nobody(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.driver.close()
    stage.driver.switch_to.window(stage.popup)
    stage.shop.early = "setTimeout = () => 0"
    stage.verify()
    stage.callback_says("working")
    stage.shop.early = ""
    stage.driver.refresh()
    continue_here(stage)


def test_callback_page_that_has_ended_is_loaded_again(stage: Stage) -> None:
    stage.expected.console = [NOT_OPENED_BY_A_SCRIPT]
    stage.visit()
    stage.begin()
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.go_to_callback_elsewhere(values)
    stage.callback_says("delivered")
    stage.driver.refresh()
    stage.callback_says("finished")
    assert stage.outcome() == HONG and len(stage.shop.handed) == 1


# ---- Whatever stands in the store -------------------------------------------

GARBAGE = ["5", "null", "true", '"x"', "[]", "{}", "[null]", "[5]", "[[]]", "{", "",
           '{"token_version_id":5,"enc_data":{},"returnPath":7,"at":9e99,"result":true}',
           '[{"token_version_id":"T","returnPath":"//[","at":9e99,"result":true}]',
           '[{"token_version_id":"T","returnPath":null,"at":9e99,"result":{}}]']


def test_garbage_in_the_store(stage: Stage) -> None:
    """Of another release, or of somebody else: nothing is made of it, and nothing hindered by it."""
    stage.visit()
    bad = stage.driver.execute_async_script("""
      const [garbage, done] = arguments;
      const told = [];
      import("/popup.js").then(({ resumeVerification, VerificationError }) => {
      for (const pending of garbage) for (const other of garbage) {
        sessionStorage.setItem("member-verification:pending", pending);
        sessionStorage.setItem("member-verification:result", other);
        localStorage.setItem("member-verification:begun", other);
        try {
          const answer = resumeVerification();
          if (answer !== null) told.push([pending, other, answer]);
        } catch (error) {
          if (!(error instanceof VerificationError)) told.push([pending, other, String(error)]);
        }
      }
      done(told); });""", GARBAGE)
    assert bad == []
    for garbage in GARBAGE:
        stage.browser.run("""
          document.getElementById("outcome").textContent = "";
          for (const name of ["pending", "result", "here"])
            sessionStorage.setItem(`member-verification:${name}`, arguments[0]);
          localStorage.setItem("member-verification:begun", arguments[0]);""", garbage)
        stage.begin()
        stage.verify()
        assert stage.outcome() == HONG, garbage


def test_result_in_the_store_that_is_none(stage: Stage) -> None:
    """The promise resolves with the four values alone."""
    stage.visit()
    stage.begin()
    stage.back_on_page()
    for result in ("true", '{"token_version_id":"T"}',
                   '{"token_version_id":"T","enc_data":"E","integrity_value":"I"}'):
        stage.driver.execute_async_script("""
          const [result, done] = arguments;
          const [begun] = JSON.parse(localStorage.getItem("member-verification:begun"));
          localStorage.setItem("member-verification:begun",
            JSON.stringify([{ ...begun, result: JSON.parse(result) }]));
          setTimeout(done, 1200);""", result)
        assert stage.shown() is None
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    assert stage.outcome() == HONG


def test_somebody_else_s_in_the_address_is_not_taken(stage: Stage) -> None:
    stage.visit()
    service = stage.services[0]
    values = another_answer(service.url, service.window, stage.shop.callback)
    stage.browser.run("location.href = '/?' + new URLSearchParams(arguments[0])", values)
    stage.browser.wait(lambda: "enc_data" in stage.driver.current_url, "the address")
    stage.ready()
    assert stage.shown() is None and stage.shop.handed == []


def test_browser_with_one_window(stage: Stage) -> None:
    """As in some apps: `open` gives this very window."""
    stage.visit()
    stage.browser.run("window.open = () => window")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG


def test_callback_page_that_can_t_close_leads_on(stage: Stage) -> None:
    stage.expected.console = [NOT_OPENED_BY_A_SCRIPT]
    stage.visit()
    stage.begin()
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.go_to_callback_elsewhere(values)
    stage.callback_says("delivered")
    assert stage.driver.find_element(By.ID, "on").is_displayed()
    assert stage.outcome() == HONG


def test_page_that_hears_nothing(stage: Stage) -> None:
    """Its own policy cuts the tie to the window, and an old browser has no channel."""
    stage.shop.early = "delete window.BroadcastChannel"
    stage.shop.headers = {"Cross-Origin-Opener-Policy": "same-origin"}
    stage.visit()
    stage.begin()
    stage.verify()
    stage.callback_says("continue")
    assert stage.outcome() == HONG
    assert len(stage.shop.handed) == 1
    stage.nothing_left()
    # Whoever goes on in the window finds nothing to hand over again.
    stage.driver.switch_to.window(stage.popup)
    stage.click("#on")
    stage.ready()
    assert stage.shown() is None and len(stage.shop.handed) == 1


def test_window_that_went_on_is_not_closed(stage: Stage) -> None:
    """Another page has taken the result: most likely it is the window that shows it now."""
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.browser.run("""
      const [begun] = JSON.parse(localStorage.getItem("member-verification:begun"));
      localStorage.setItem("member-verification:begun", JSON.stringify([{ ...begun, done: true }]));""")
    stage.browser.wait(lambda: stage.browser.run("return alive.timers.size") == 0, "the kit ends")
    assert stage.shown() is None
    assert stage.popup in stage.driver.window_handles
    stage.nothing_left()


def test_page_crashed(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.back_on_page()
    with contextlib.suppress(WebDriverException):
        stage.driver.get("chrome://crash")
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    continue_here(stage)
