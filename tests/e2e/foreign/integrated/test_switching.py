"""One address, one shop, and an operator who changes NICE_API under them."""

import requests

from foreign.integrated.nice import StrictNice
from foreign.integrated.storefront import (
    SETTINGS, Storefront, handed_over, only_values, returned, through_the_window)
from support.launcher import Launcher
from support.process import free_port
from support.service import CLIENT_ID, CLIENT_SECRET


def test_there_and_back_while_people_are_under_way(launcher: Launcher, nice: StrictNice) -> None:
    redis, sandbox, port = launcher.redis(), launcher.sandbox(), free_port()
    common = {"BIND": f"127.0.0.1:{port}", **SETTINGS, **redis}
    older = {"NICE_BASE_URL": sandbox.url, "NICE_WINDOW_URL": sandbox.window,
             "NICE_CLIENT_ID": CLIENT_ID, "NICE_CLIENT_SECRET": CLIENT_SECRET, **common}
    newer = {"PUBLIC_URL": f"http://127.0.0.1:{port}", **nice.settings, **common}
    shop = Storefront(f"http://127.0.0.1:{port}")

    def in_older(begun: requests.Response) -> dict[str, str]:
        form = {"m": "service", "sandbox_persona": "hong"} | only_values(begun.json())
        answer = requests.post(begun.headers["x-nice-window-url"], data=form, timeout=30,
                               allow_redirects=False)
        return only_values(handed_over(answer))

    def opens(begun: requests.Response, values: dict[str, str]) -> None:
        opened = shop.open(begun, values)
        assert opened.status_code == 200, opened.text
        assert opened.json()["name"] == "홍길동"

    service = launcher.service(**older)
    begun = [shop.begin(methodtype=method) for method in ("get", "post", "get")]
    returned_before = in_older(begun[0])
    service.stop()
    service = launcher.service(**newer)
    opens(begun[0], returned_before)
    for waiting in begun[1:]:
        opens(waiting, in_older(waiting))
    in_hand, in_window, unvisited = (shop.begin() for _ in range(3))
    values = only_values(handed_over(returned(through_the_window(shop, nice, in_hand))))
    address = through_the_window(shop, nice, in_window)
    service.stop()
    service = launcher.service(**older)
    opens(in_hand, values)
    for lost in (returned(address), shop.window(unvisited)):
        assert not lost.is_redirect
        assert 400 <= lost.status_code < 500
    opens(begun := shop.begin(), in_older(begun))
    service.stop()
    service = launcher.service(**newer)
    opens(in_window, only_values(handed_over(returned(address))))
    values = handed_over(returned(through_the_window(shop, nice, unvisited)))
    opens(unvisited, only_values(values))
