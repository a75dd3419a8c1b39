"""deploy/modsecurity: the OWASP core rule set in a real nginx before the real service.

MODSECURITY is the folder below which Debian's packages were unpacked.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from support.launcher import Launcher
from support.process import PATIENCE_SECONDS, PROJECT
from support.service import Service

EXCLUSIONS = PROJECT / "deploy/modsecurity/member-verification.conf"
FORM = {"content-type": "application/x-www-form-urlencoded"}
# Base64 that the rules take for an attack: a file of the system, a shell.
SUSPICIOUS = ("AAAA/etc/passwd/AAAA", "AAAA/bin/bash/AAAAAA==")
MODULE = "load_module {root}/usr/lib/nginx/modules/ngx_http_modsecurity_module.so;"
SERVER = """
modsecurity on;
modsecurity_rules_file {folder}/rules.conf;
location / {{ proxy_pass http://127.0.0.1:{service}; }}
"""
RULES = """
SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "^application/json" \\
    "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level={paranoia}"
SecAction "id:900200,phase:1,nolog,pass,t:none,setvar:'tx.allowed_methods=GET HEAD POST OPTIONS'"
Include {root}/etc/modsecurity/crs/crs-setup.conf
{exclusions}
Include {root}/usr/share/modsecurity-crs/rules/*.conf
"""

Start = Callable[..., str]


@pytest.fixture
def start(launcher: Launcher, service: Service) -> Start:
    """Starts nginx with the rule set before the service; returns its address."""
    root = Path(os.environ["MODSECURITY"]).resolve(strict=True)
    libraries = ":".join(str(path) for path in (root / "usr/lib").glob("*-linux-gnu"))

    def start(*, excluded: bool, paranoia: int = 1) -> str:
        folder = launcher.folder()
        (folder / "rules.conf").write_text(RULES.format(
            root=root, paranoia=paranoia,
            exclusions=f"Include {EXCLUSIONS}" if excluded else ""))
        port = launcher.nginx_with(
            SERVER.format(folder=folder, service=service.port), MODULE.format(root=root), folder,
            {"LD_LIBRARY_PATH": libraries})
        # An address in numbers is a suspicion of its own.
        return f"http://localhost:{port}/api/member/v1/member"
    return start


def sent(origin: str, value: str) -> dict[str, int]:
    """The status of each way in which a result comes or is opened."""
    values = {"token_version_id": "T", "enc_data": value, "integrity_value": value}
    opening, callback = f"{origin}/getVerificationResult", f"{origin}/verificationCallback"
    window, back = f"{origin}/verificationWindow", f"{origin}/verificationReturn/{'A' * 22}"
    told = {"web_transaction_id": value}
    ask = {"headers": {"accept": "*/*", "user-agent": "Mozilla/5.0"}, "timeout": PATIENCE_SECONDS}
    return {name: answer.status_code for name, answer in {
        "callback by get": requests.get(callback, params=values, **ask),
        "callback by post": requests.post(callback, data=values, **ask),
        "opening by form": requests.post(opening, data={**values, "reqNo": "R"}, **ask),
        "opening by JSON": requests.post(opening, json={**values, "reqNo": "R"}, **ask),
        "window by post": requests.post(window, data=values, **ask),
        "return by get": requests.get(back, params=told, **ask),
        "return by post": requests.post(back, data=told, **ask),
    }.items()}


# The callback page shows itself; such a session is unknown to the opening; there is no
# window of 통합인증 with the standard window, which a page says.
SERVED = {"callback by get": 200, "callback by post": 200,
          "opening by form": 404, "opening by JSON": 404,
          "window by post": 410, "return by get": 410, "return by post": 410}


@pytest.mark.parametrize("value", SUSPICIOUS)
def test_without_the_exclusions_base64_is_taken_for_an_attack(start: Start, value: str) -> None:
    assert set(sent(start(excluded=False), value).values()) == {403}


@pytest.mark.parametrize("paranoia", [1, 2])
def test_with_them_every_result_passes(start: Start, paranoia: int) -> None:
    origin = start(excluded=True, paranoia=paranoia)
    for value in SUSPICIOUS:
        assert sent(origin, value) == SERVED, value


def test_other_arguments_stay_under_the_rules(start: Start) -> None:
    origin = start(excluded=True)
    (attack, _) = SUSPICIOUS
    for path in ("verificationCallback", "getOAuthToken", f"verificationReturn/{'A' * 22}",
                 f"verificationClosed/{'A' * 22}"):
        answer = requests.get(f"{origin}/{path}", params={"other": attack},
                              timeout=PATIENCE_SECONDS)
        assert answer.status_code == 403, path
    answer = requests.get(f"{origin}/getOAuthToken", timeout=PATIENCE_SECONDS,
                          params={"enc_data": attack, "x": "/v1/member/verificationCallback"})
    assert answer.status_code == 403
