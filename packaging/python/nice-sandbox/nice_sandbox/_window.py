"""The browser's part: through the window and back."""

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Union
from urllib.parse import urlencode, urlsplit

from ._http import ask

SEALED = ("token_version_id", "enc_data", "integrity_value")


@dataclass(frozen=True)
class Back:
    """How the browser came back to the shop."""

    returned: bool
    """False: nobody came back. The person gave up, or the window has failed."""
    method: str = ""
    """`GET`, or `POST` with `values` as its form."""
    url: str = ""
    """Where to: `returnurl`, by `GET` with the values behind it."""
    values: Dict[str, str] = field(default_factory=dict)
    """What NICE gives the shop: the three sealed values; of 통합인증 the
    `web_transaction_id`."""
    times: int = 1
    """2: the browser comes twice."""
    code: Optional[str] = None
    """The window's failure."""
    notices: List[str] = field(default_factory=list)
    """What NICE takes, but may not do as meant: a misspelt field, differing origins, …"""


class Refused(RuntimeError):
    """The window does not open: `fault` names the mistake, the message tells how to fix it."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.fault: str = told["fault"]
        self.title: Dict[str, str] = told["title"]
        self.wrong: List[Dict[str, str]] = told["wrong"]
        self.fix: Dict[str, str] = told["fix"]
        said = [f"{self.fault}: {self.title['ko']} / {self.title['en']}"]
        said += [f"  {one['ko']}\n  {one['en']}" for one in (*self.wrong, self.fix)]
        super().__init__("\n".join(said))


def verify(window: Union[str, Mapping[str, Any]], window_url: str,
           choices: Mapping[str, str]) -> Back:
    headers = {"Accept": "application/json"}
    if isinstance(window, str):
        # 통합인증: the address is all there is.
        separator = "&" if urlsplit(window).query else "?"
        answer = ask("GET", f"{window}{separator}{urlencode(choices)}", None, headers)
    else:
        form = {"m": "service", **{name: str(window[name]) for name in SEALED if name in window}}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode({**form, **choices}).encode()
        answer = ask("POST", window_url, body, headers)
    told = json.loads(answer.body)
    if "fault" in told:
        raise Refused(told)
    notices = answer.headers.get("x-sandbox-notice", "")
    return Back(
        returned=told["returned"], method=told.get("method", ""), url=told.get("url", ""),
        values=told.get("values", {}), times=told.get("times", 1), code=told.get("code"),
        notices=[notice.strip() for notice in notices.split(",") if notice.strip()])
