"""`mode: "auto"`: what the browser can do, not who it says it is; and what it tells where it can't."""

import pytest

from browser.stage import Stage

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S931N; wv) AppleWebKit/537.36 Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
IN_APP = {
    "KakaoTalk": f"{ANDROID} KAKAOTALK/25.8.0 (INAPP)",
    "KakaoTalk on a PC": f"{WINDOWS} KAKAOTALK",
    "Naver": f"{IPHONE} Mobile/15E148 NAVER(inapp; search; 2000; 12.11.0; 16PRO)",
    "Instagram": f"{IPHONE} Mobile/22F76 Instagram 390.0.0.28.85 (iPhone17,1; iOS 18_5; ko_KR)",
    "Facebook": f"{ANDROID} [FB_IAB/FB4A;FBAV/520.0.0.38.101;]",
    "KakaoStory": f"{IPHONE} Mobile/22F76 KAKAOSTORY/7.1.0",
    "Threads": f"{ANDROID} Barcelona 390.0.0.28.85 Android",
    "TikTok": f"{IPHONE} Mobile/22F76 BytedanceWebview/d8a21c6",
    "an app that doesn't say so": f"{IPHONE} Mobile/22F76",
    "Line": f"{IPHONE} Mobile/22F76 Safari Line/15.10.0",
}
PHONES = {
    "iPhone": f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1",
    "Android": ANDROID.replace("; wv", "").replace("Version/4.0 ", ""),
}


def pretend(stage: Stage, agent: str, platform: str = "", touches: int = 0) -> None:
    stage.driver.execute_cdp_cmd("Emulation.setUserAgentOverride",
                                 {"userAgent": agent, "platform": platform, "acceptLanguage": "ko"})
    if touches:
        stage.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled",
                                     {"enabled": True, "maxTouchPoints": touches})


def takes(stage: Stage, mode: str) -> None:
    stage.visit(mode="auto")
    if mode == "popup":
        stage.begin()
    else:
        stage.click("#begin")
        stage.at_window()
        assert len(stage.driver.window_handles) == 1
    stage.verify()
    if mode == "page":
        stage.ready()
    assert stage.outcome() == {"name": "홍길동"}


@pytest.mark.parametrize("agent", [*IN_APP, *PHONES])
def test_phones_and_apps_take_the_whole_page(stage: Stage, agent: str) -> None:
    pretend(stage, {**IN_APP, **PHONES}[agent])
    takes(stage, "page")


def test_ipad_that_says_it_is_a_mac(stage: Stage) -> None:
    pretend(stage, MAC, "MacIntel", 5)
    takes(stage, "page")


def test_installed_web_app(stage: Stage) -> None:
    stage.shop.early = """
      const ask = matchMedia;
      window.matchMedia = (query) => ask(query === "(display-mode: standalone)" ? "all" : query);"""
    takes(stage, "page")


@pytest.mark.parametrize(("agent", "platform"), [(MAC, "MacIntel"), (WINDOWS, "Win32")])
def test_computers_open_a_popup(stage: Stage, agent: str, platform: str) -> None:
    pretend(stage, agent, platform)
    takes(stage, "popup")


@pytest.mark.parametrize("agent", IN_APP)
def test_popup_that_an_app_does_not_open(stage: Stage, agent: str) -> None:
    pretend(stage, IN_APP[agent])
    stage.visit()
    stage.browser.run("window.open = () => null")
    stage.click("#begin")
    assert "다른 브라우저로 열기" in stage.failure("blocked")["message"]
    assert not stage.shop.asked.is_set()
