"""The person goes over to the PASS app, and comes back by another tab or by the same one."""

import pytest

from browser.stage import Stage
from browser.test_lost import HONG, continue_here


def over_to_the_app(stage: Stage) -> str:
    """Leaves the window, and is the app's tab; gives the window's."""
    window = stage.driver.current_window_handle
    stage.verify(outcome="app_switch")
    stage.browser.wait(lambda: stage.driver.find_elements("id", "app"), "the way to the app")
    stage.axe.judge("window: over to the app")
    before = set(stage.driver.window_handles)
    stage.click("#app")
    opened = stage.browser.wait(lambda: set(stage.driver.window_handles) - before, "the app")
    stage.driver.switch_to.window(opened.pop())
    stage.browser.wait(lambda: stage.driver.find_elements("id", "approve"), "the app's page")
    stage.axe.judge("the app")
    return window


def back_by_another_tab(stage: Stage, *, killed: bool) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    window = over_to_the_app(stage)
    app = stage.driver.current_window_handle
    if killed:
        stage.driver.switch_to.window(window)
        stage.driver.close()
        stage.driver.switch_to.window(app)
    stage.click("#approve")
    continue_here(stage)


def back_by_the_same_tab(stage: Stage) -> None:
    stage.visit(mode="page")
    stage.click("#begin")
    stage.at_window()
    window = over_to_the_app(stage)
    stage.driver.close()
    stage.driver.switch_to.window(window)
    stage.click("#confirm")
    stage.ready()
    assert stage.outcome() == HONG


def from_a_popup(stage: Stage) -> None:
    """The page that began hears the app's tab, which nobody ties to it."""
    stage.visit()
    stage.begin()
    over_to_the_app(stage)
    stage.click("#approve")
    assert stage.outcome() == HONG
    # The app's tab, too, closes when it has been heard.
    stage.browser.wait(lambda: stage.driver.window_handles == [stage.page], "the tabs close")


@pytest.mark.parametrize("killed", [False, True])
def test_back_by_another_tab(stage: Stage, killed: bool) -> None:
    back_by_another_tab(stage, killed=killed)


def test_back_by_the_same_tab(stage: Stage) -> None:
    back_by_the_same_tab(stage)


def test_from_a_popup(stage: Stage) -> None:
    from_a_popup(stage)
