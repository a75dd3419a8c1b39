"""A shop's server: it begins verifications, keeps each reqNo, and has results opened."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST
from django.views.static import serve

HERE = Path(__file__).resolve().parent
SERVICE = os.environ.get("VERIFICATION", "http://127.0.0.1:8080")
API_KEY = os.environ.get("RESULT_API_KEY")  # the sandbox needs none

settings.configure(
    SECRET_KEY=os.environ.get("SECRET_KEY", "only for this machine"),
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    # Django's "same-origin" would cut the page off from the window that it opens.
    SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin-allow-popups",
    # A shop has them in its database; these live as long as the process.
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE]}
    ],
    USE_TZ=True,
)


def call(route: str, body: dict[str, Any]) -> tuple[int, dict[str, Any], str]:
    """Status, answer, the window's address. Repeats nothing: a result opens once."""
    try:
        answer = requests.post(
            f"{SERVICE}/v1/member/{route}",
            json=body,
            headers={"x-api-key": API_KEY} if API_KEY else {},
            timeout=10,
        )
        window = answer.headers.get("x-nice-window-url", "")
        return answer.status_code, answer.json(), window
    except requests.RequestException:
        return 502, {"message": "본인인증 서비스에 연결할 수 없습니다."}, ""


def sent(request: HttpRequest) -> dict[str, Any]:
    """What the page sent: JSON, which never comes in `request.POST`."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@require_POST
def begin(request: HttpRequest) -> JsonResponse:
    """The popup kit calls this route as if it were the service."""
    status, begun, window = call("getOAuthToken", sent(request))
    response = JsonResponse(begun, status=status)
    if status == 200:
        # By token_version_id, a few: two tabs are two verifications of one session.
        kept = request.session.get("begun", {}) | {begun["token_version_id"]: begun["reqNo"]}
        request.session["begun"] = dict(list(kept.items())[-8:])
        # Without it the kit can't tell the sandbox's window from NICE's.
        response["x-nice-window-url"] = window
    return response


@require_POST
def verified(request: HttpRequest) -> JsonResponse:
    """Opens what came back through the browser with the reqNo that did not."""
    body = sent(request)
    values = {
        name: str(body.get(name, ""))
        for name in ("token_version_id", "enc_data", "integrity_value")
    }
    req_no = request.session.get("begun", {}).get(values["token_version_id"])
    if req_no is None:
        return JsonResponse({"message": "이 세션에서 시작한 본인인증이 아닙니다."}, status=403)
    status, result, _ = call("getVerificationResult", values | {"reqNo": req_no})
    if status != 200:
        return JsonResponse({"message": result.get("message")}, status=status)
    # A live shop refuses the sandbox's people: sitecode, responseno, ci, di begin with SANDBOX.
    request.session["person"] = {"name": result["name"], "ci": result.get("ci")}
    return JsonResponse({"name": result["name"]})


@require_GET
def kit(request: HttpRequest, name: str) -> HttpResponseBase:
    """The kit, and its callback page: NICE returns to the origin of the shop's page."""
    response = serve(request, name, document_root=HERE.parent.parent / "clients/popup")
    response["content-security-policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    response["referrer-policy"] = "no-referrer"
    response["cache-control"] = "no-store"
    # Any other would cut the callback page off from the page that waits for it.
    response["cross-origin-opener-policy"] = "unsafe-none"
    return response


@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    return render(request, "index.html")


urlpatterns = [
    path("", page),
    path("api/v1/member/getOAuthToken", begin),
    path("verified", verified),
    path("verification/<name>", kit),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
