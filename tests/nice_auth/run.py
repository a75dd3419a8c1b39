"""PyPI nice-auth 0.1.5 against the sandbox, with nothing but its base URL changed.

    python3 -m venv .test/nice_auth
    .test/nice_auth/bin/pip install -r tests/nice_auth/requirements.txt
    .test/nice_auth/bin/python tests/nice_auth/run.py target/debug/member-verification

The library hard-codes the live host of the window, sends no methodtype, puts
base64 into the query as it is, and decodes strictly as euc-kr: only the host
is replaced.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

import requests
from nice_auth.services import NiceAuthService

LIVE_HOST = "https://nice.checkplus.co.kr"
RETURN_URL = "https://shop.example/nice/callback?cart=7"


def check(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def whole_flow(base_url, number):
    service = NiceAuthService(
        base_url, "sandbox-client", "sandbox-secret", "2101979031", RETURN_URL, "M", "N"
    )
    # get_nice_auth_url keeps the keys to itself; ask for both with one token.
    kept = service.get_nice_auth()
    service.get_nice_auth = lambda: kept
    url = service.get_nice_auth_url()
    check(url.startswith(LIVE_HOST), "the library's window address")
    answer = requests.get(url.replace(LIVE_HOST, base_url, 1), allow_redirects=False)
    check(answer.status_code == 302, f"302, not {answer.status_code}: {answer.headers}")
    location = answer.headers["location"]
    check(location.startswith(RETURN_URL + "&"), f"return address: {location}")
    query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    check(query["cart"] == "7", "the return address keeps its query")
    check(query["token_version_id"] == kept["token_version_id"], "token_version_id")
    result = service.verify_auth_result(query["enc_data"], kept["key"], kept["iv"])
    check(result["resultcode"] == "0000", f"resultcode: {result}")
    check(result["requestno"] == kept["requestno"], "requestno")
    check(result["name"] == "홍길동", f"name: {result['name']}")
    check(result["birthdate"] == "19900101", "birthdate")
    check(result["responseno"].startswith("SANDBOX"), "responseno")
    check((len(result["ci"]), len(result["di"])) == (88, 64), "lengths of ci and di")
    if number == 0:
        print(json.dumps(result, ensure_ascii=False))
    return result["responseno"], result["ci"], "+" in url


def main():
    check(version("nice-auth") == "0.1.5", "nice-auth 0.1.5")
    command = [sys.argv[1], "sandbox", "--auto-approve", "--bind", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as sandbox:
        try:
            base_url = None
            for line in sandbox.stderr:
                if found := re.match(r"base URL\s+(\S+)", line):
                    base_url = found[1]
                    break
            check(base_url, "the sandbox starts")
            # Enough of them that some have a bare + in the query.
            flows = [whole_flow(base_url, number) for number in range(20)]
        finally:
            sandbox.terminate()
    responsenos, cis, pluses = zip(*flows)
    check(len(set(responsenos)) == len(flows), "a new responseno each time")
    check(len(set(cis)) == 1, "one ci for one person")
    check(any(pluses), "a bare + came up")
    print(f"ok: {len(flows)} flows, {sum(pluses)} with a bare + in the query")


if __name__ == "__main__":
    main()
