"""What the button of README.md and docs/popup.md asks the shop's origin for."""

import re

from support.process import PROJECT

KIT = re.compile(r'\b(?:from|imports) "(/[^"]+)"')
API = re.compile(r'\bapi = "(/[^"]*)"')
CALLBACK = re.compile(r"returnurl = `\$\{location\.origin\}\$\{api\}(/[^`]+)`")


def calls() -> list[tuple[str, str]]:
    """Method and path of each; both documents show the same button."""
    found = {
        tuple(pattern.search(text)[1] for pattern in (KIT, API, CALLBACK))
        for text in ((PROJECT / name).read_text() for name in ("README.md", "docs/popup.md"))}
    ((kit, api, callback),) = found
    return [("GET", kit), ("POST", f"{api}/v1/member/getOAuthToken"), ("GET", api + callback)]
