"""More than one click, more than one tab, and what a person does afterwards: one verification."""

import pytest
from selenium.webdriver.common.keys import Keys

from browser.nice import answer
from browser.shop import BEGIN
from browser.stage import Stage

HONG = {"name": "홍길동"}


def begun(stage: Stage) -> int:
    """Tokens of NICE's that were spent."""
    service = stage.services[0]
    return sum(line["path"] == BEGIN and line["status"] == 200
               for line in service.requests()[stage.answered(service):])


def test_second_click_shows_the_first_window(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.back_on_page()
    stage.browser.run("window.asked = 0; const open = window.open;"
                      "window.open = (...all) => { window.asked += 1; return open(...all); };")
    stage.click("#begin")
    assert stage.browser.run("return window.asked") == 0
    assert len(stage.driver.window_handles) == 2
    stage.driver.switch_to.window(stage.popup)
    stage.browser.wait(lambda: stage.browser.run("return document.hasFocus()"), "it is in front")
    stage.verify()
    assert stage.outcome() == HONG
    assert begun(stage) == 1 and len(stage.shop.handed) == 1
    stage.nothing_left()


def test_double_click_and_enter_held(stage: Stage) -> None:
    for several in ("button.click(); button.click();", "for (let i = 0; i < 6; i += 1) button.click();"):
        stage.visit()
        before = begun(stage)
        # Within one activation by the person, as a browser counts it.
        stage.browser.run("const button = document.getElementById('begin');"
                          "button.addEventListener('keydown', () => { %s }, { once: true });" % several)
        stage.driver.find_element("id", "begin").send_keys(Keys.ARROW_DOWN)
        opened = stage.browser.wait(lambda: set(stage.driver.window_handles) - {stage.page}, "a window")
        assert len(opened) == 1
        stage.popup = opened.pop()
        stage.driver.switch_to.window(stage.popup)
        stage.at_window()
        stage.verify()
        assert stage.outcome() == HONG
        assert begun(stage) == before + 1


def test_double_click_for_the_whole_page(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.browser.run("const button = document.getElementById('begin'); button.click(); button.click();")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG
    assert begun(stage) == 1


def test_click_after_the_window_was_closed(stage: Stage) -> None:
    """The first one is over, and the person gets another window."""
    stage.visit()
    stage.begin()
    stage.driver.close()
    stage.back_on_page()
    stage.begin()
    stage.failure("closed")
    # The page shows how the first one ended until the second one does.
    stage.browser.run("document.getElementById('outcome').textContent = ''")
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    assert stage.outcome() == HONG
    assert begun(stage) == 2


def test_two_tabs_by_whole_page(stage: Stage) -> None:
    """Each tab ends with its own, whichever is first."""
    tabs = []
    for _ in range(2):
        stage.driver.switch_to.new_window("tab")
        stage.visit(mode="page", flags={"list": ""})
        stage.click("#begin")
        stage.at_window()
        tabs.append(stage.driver.current_window_handle)
    for tab, persona in zip(tabs, ("hong", "pyeop")):
        stage.driver.switch_to.window(tab)
        stage.page = tab
        stage.verify(persona)
        stage.ready()
        assert stage.outcome() == {"name": {"hong": "홍길동", "pyeop": "김펲"}[persona]}


def test_back_after_success(stage: Stage) -> None:
    """The page that began is shown as the browser had kept it: nothing has failed."""
    stage.visit(mode="page", returnPath="/?done")
    stage.browser.run("window.kept = true")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG
    stage.browser.go(-2)
    stage.browser.wait(lambda: "options" in stage.driver.current_url, "the page that began")
    stage.ready()
    assert stage.browser.run("return window.kept"), "the page was loaded again"
    assert stage.shown() is None
    # It can begin another one.
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG


@pytest.mark.parametrize("where", ["another path", "another tab"])
def test_back_after_success_elsewhere(stage: Stage, where: str) -> None:
    """The kept page isn't told by its tab's own storage: nothing has failed all the same."""
    stage.visit(mode="page", returnPath="/other" if where == "another path" else "/?done")
    stage.browser.run("""
      window.kept = true;
      addEventListener("pageshow", () => setTimeout(() => (window.shownAgain = true), 1000), { once: true });""")
    stage.click("#begin")
    stage.at_window()
    if where == "another tab":
        values = answer(stage.services[0].window, stage.shop.begun)
        stage.go_to_callback_elsewhere(values)
        stage.callback_says("continue")
        stage.click("#on")
    else:
        stage.verify()
    stage.ready()
    ended = stage.driver.current_window_handle
    assert stage.browser.wait(stage.shown, "an outcome") == HONG
    stage.back_on_page()
    stage.browser.go(-2 if ended == stage.page else -1)
    stage.browser.wait(lambda: stage.browser.run("return window.shownAgain"), "the kept page")
    assert stage.browser.run("return window.kept"), "the page was loaded again"
    assert stage.shown() is None, stage.shown()
    stage.nothing_left()


def test_callback_once_more_after_success(stage: Stage) -> None:
    """By Back: the window sends the same person to the callback page again."""
    stage.visit(mode="page", returnPath="/?done")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == HONG
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.go_to_callback(values)
    stage.callback_says("finished")
    stage.axe.judge("callback: finished")
    stage.click("#on")
    stage.ready()
    assert stage.driver.current_url == f"{stage.shop.origin}/?done"
    assert stage.shown() is None and len(stage.shop.handed) == 1
