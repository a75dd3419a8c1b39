"""From the click to the name that the shop's server is given."""

import pytest

from browser.nice import answer
from browser.stage import NOT_OPENED_BY_A_SCRIPT, Stage

NAMES = {"hong": "홍길동", "pyeop": "김펲", "rare": "박𠮷수"}
ANSWER = {"reqNo", "token_version_id", "enc_data", "integrity_value"}


def test_popup_by_get(stage: Stage) -> None:
    through_popup(stage, "get")


def test_popup_by_post(stage: Stage) -> None:
    through_popup(stage, "post")


def through_popup(stage: Stage, method: str) -> None:
    stage.visit(request={"methodtype": method})
    stage.begin()
    name = stage.browser.run("return window.name")
    assert name.startswith("verification-") and len(name) > 30, name
    stage.verify()
    assert stage.outcome() == {"name": NAMES["hong"]}
    [handed] = stage.shop.handed
    assert handed.keys() == ANSWER, handed
    assert handed["reqNo"] == stage.shop.begun["reqNo"]
    assert handed["token_version_id"] == stage.shop.begun["token_version_id"]
    stage.popup_is_gone()
    stage.nothing_left()


def test_page_by_get(stage: Stage) -> None:
    through_page(stage, "get")


def test_page_by_post(stage: Stage) -> None:
    through_page(stage, "post")


def through_page(stage: Stage, method: str) -> None:
    stage.visit(mode="page", request={"methodtype": method})
    address = stage.driver.current_url
    stage.click("#begin")
    stage.at_window()
    assert len(stage.driver.window_handles) == 1
    stage.verify()
    stage.ready()
    assert stage.outcome() == {"name": NAMES["hong"]}
    # Back where it began, with nothing of the result in the address.
    assert stage.driver.current_url == address
    [handed] = stage.shop.handed
    assert handed.keys() == ANSWER, handed
    assert handed["reqNo"] == stage.shop.begun["reqNo"]
    # It is taken once.
    stage.driver.refresh()
    stage.ready()
    assert stage.shown() is None
    assert len(stage.shop.handed) == 1
    assert stage.browser.run("return sessionStorage.length") == 0


def test_page_returns_where_it_is_told(stage: Stage) -> None:
    stage.visit(mode="page", returnPath="/?order=7#paid")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == {"name": NAMES["hong"]}
    assert stage.driver.current_url == f"{stage.shop.origin}/?order=7#paid"


@pytest.mark.parametrize("headers", [
    {"Content-Security-Policy": "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"Cross-Origin-Opener-Policy": "noopener-allow-popups"},
    {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "credentialless"},
    {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Origin-Agent-Cluster": "?1"},
])
@pytest.mark.parametrize("mode", ["popup", "page"])
def test_page_with_strict_headers(stage: Stage, mode: str, headers: dict[str, str]) -> None:
    stage.shop.headers = headers
    stage.visit(mode=mode)
    if mode == "popup":
        stage.begin()
    else:
        stage.click("#begin")
        stage.at_window()
    stage.verify()
    if mode == "page":
        stage.ready()
    assert stage.outcome() == {"name": NAMES["hong"]}
    assert len(stage.shop.handed) == 1


@pytest.mark.parametrize("mode", ["popup", "page"])
def test_page_with_a_base_elsewhere(stage: Stage, mode: str) -> None:
    """For its pictures: the service, the way back and the page's address are its own all the same."""
    stage.shop.headers = {"Content-Security-Policy": ""}
    stage.visit(path="/other", mode=mode, returnPath="?order=7#paid",
                flags={"callback": "/other"} if mode == "page" else {})
    stage.browser.run("""
      const base = document.createElement("base");
      base.href = "http://127.0.0.1:9/pictures/";
      document.head.append(base);""")
    if mode == "popup":
        stage.begin()
        # The shop's own calls would go astray.
        stage.back_on_page()
        stage.browser.run("document.querySelector('base').remove()")
        stage.driver.switch_to.window(stage.popup)
        stage.verify()
        assert stage.outcome() == {"name": NAMES["hong"]}
        stage.popup_is_gone()
        return
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == {"name": NAMES["hong"]}


def test_way_back_is_seen_from_the_page(stage: Stage) -> None:
    """As a link there would be."""
    stage.visit(path="/other", mode="page", returnPath="?order=7#paid")
    stage.click("#begin")
    stage.at_window()
    stage.verify()
    stage.ready()
    assert stage.outcome() == {"name": NAMES["hong"]}
    assert stage.driver.current_url == f"{stage.shop.origin}/other?order=7#paid"


def test_name_outside_euc_kr(stage: Stage) -> None:
    name_of(stage, "pyeop")


def test_name_outside_cp949(stage: Stage) -> None:
    name_of(stage, "rare")


def name_of(stage: Stage, persona: str) -> None:
    stage.visit()
    stage.begin()
    stage.verify(persona)
    assert stage.outcome() == {"name": NAMES[persona]}


def test_plus_not_escaped(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.verify(outcome="raw_plus")
    assert stage.outcome() == {"name": NAMES["hong"]}


def test_callback_twice(stage: Stage) -> None:
    stage.visit()
    stage.begin()
    stage.verify(outcome="double")
    assert stage.outcome() == {"name": NAMES["hong"]}
    stage.popup_is_gone()
    assert len(stage.shop.handed) == 1


def test_from_another_origin(stage: Stage) -> None:
    """The kit and the API are the service's own; the callback page is a copy of the shop's."""
    service = stage.services[1].url
    stage.visit(stage.direct, flags={"kit": f"{service}/popup.js", "ownNumber": "",
                                     "callback": "/nice/callback.html"}, api=f"{service}/")
    stage.begin()
    stage.verify()
    assert stage.outcome() == {"name": NAMES["hong"]}
    [handed] = stage.direct.handed
    assert {"": handed["reqNo"]} in stage.direct.kept.values()
    stage.popup_is_gone()
    stage.nothing_left()


def test_key_custody_of_the_server(stage: Stage) -> None:
    """No key and no iv in the answer, under the shop's own origin too."""
    stage.visit(stage.direct)
    stage.begin()
    assert stage.direct.begun.keys() == ANSWER, stage.direct.begun.keys()
    stage.verify()
    assert stage.outcome() == {"name": NAMES["hong"]}


def test_opener_cut_off_on_the_way(stage: Stage) -> None:
    stage.shop.window_url = stage.isolating.url
    stage.visit()
    cut_off(stage)


def test_opener_cut_off_by_the_shop(stage: Stage) -> None:
    stage.visit(path="/isolated")
    assert stage.browser.run("return crossOriginIsolated")
    cut_off(stage)


def cut_off(stage: Stage) -> None:
    stage.begin()
    assert stage.browser.run("return [window.opener, window.name]") == [None, ""]
    stage.back_on_page()
    # The page takes the window for closed, and waits nevertheless.
    stage.browser.wait(lambda: stage.driver.find_elements("css selector", "[data-window-closed]"),
                       "the page takes the window for closed")
    assert stage.shown() is None
    stage.driver.switch_to.window(stage.popup)
    stage.verify()
    assert stage.outcome() == {"name": NAMES["hong"]}
    stage.popup_is_gone()
    stage.nothing_left()


def test_closed_but_answered_in_time(stage: Stage) -> None:
    """The window reads as closed; the result comes within the three minutes, elsewhere."""
    stage.visit()
    stage.begin()
    stage.driver.close()
    stage.back_on_page()
    stage.browser.wait(lambda: stage.driver.find_elements("css selector", "[data-window-closed]"),
                       "the page takes the window for closed")
    values = answer(stage.services[0].window, stage.shop.begun)
    stage.expected.console = [NOT_OPENED_BY_A_SCRIPT]
    stage.go_to_callback_elsewhere(values)
    stage.callback_says("delivered")
    stage.driver.close()
    assert stage.outcome() == {"name": NAMES["hong"]}
    stage.nothing_left()


