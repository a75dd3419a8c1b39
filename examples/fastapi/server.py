"""A shop's server: it begins verifications, keeps each reqNo, and has results opened."""

import os
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import Scope

EXAMPLES = Path(__file__).resolve().parent.parent
SERVICE = os.environ.get("VERIFICATION", "http://127.0.0.1:8080")
API_KEY = os.environ.get("RESULT_API_KEY")  # the sandbox needs none
SECRET = os.environ.get("SESSION_SECRET", "only for this machine")


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """One client for all calls. It repeats none: a result opens once."""
    headers = {"x-api-key": API_KEY} if API_KEY else {}
    async with httpx.AsyncClient(
        base_url=f"{SERVICE}/v1/member/", headers=headers, timeout=10
    ) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)
app.add_middleware(SessionMiddleware, secret_key=SECRET, same_site="lax")


@app.exception_handler(httpx.TransportError)
@app.exception_handler(JSONDecodeError)  # of something in between
async def unreachable(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"message": "본인인증 서비스에 연결할 수 없습니다."}, 502)


@app.exception_handler(HTTPException)
async def refused(_request: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"message": error.detail}, error.status_code)


class Session(BaseModel):
    """What the server knows of one browser."""

    begun: dict[str, str] = {}
    person: dict[str, Any] | None = None


# The cookie is signed but anybody can read it, so it has the session's id alone. A shop keeps
# the rest in Redis or its database; these live as long as the process.
sessions: defaultdict[str, Session] = defaultdict(Session)


async def client_of(request: Request) -> httpx.AsyncClient:
    client: httpx.AsyncClient = request.state.client
    return client


async def session_of(request: Request) -> Session:
    return sessions[request.session.setdefault("id", secrets.token_urlsafe(16))]


Client = Annotated[httpx.AsyncClient, Depends(client_of)]
OfBrowser = Annotated[Session, Depends(session_of)]


@app.post("/api/v1/member/getOAuthToken")
async def begin(wanted: dict[str, Any], client: Client, session: OfBrowser) -> Response:
    """The popup kit calls this route as if it were the service."""
    answer = await client.post("getOAuthToken", json=wanted)
    begun = answer.json()
    headers = {}
    if answer.is_success:
        # By token_version_id, a few: two tabs are two verifications of one session.
        session.begun[begun["token_version_id"]] = begun["reqNo"]
        session.begun = dict(list(session.begun.items())[-8:])
        # Without it the kit can't tell the sandbox's window from NICE's.
        headers = {"x-nice-window-url": answer.headers["x-nice-window-url"]}
    return Response(answer.content, answer.status_code, headers, "application/json")


class Sealed(BaseModel):
    """What came back through the browser."""

    token_version_id: str
    enc_data: str
    integrity_value: str


class Verified(BaseModel):
    name: str


@app.post("/verified")
async def verified(sealed: Sealed, client: Client, session: OfBrowser) -> Verified:
    """Opens what came back through the browser with the reqNo that did not."""
    req_no = session.begun.get(sealed.token_version_id)
    if req_no is None:
        raise HTTPException(403, "이 세션에서 시작한 본인인증이 아닙니다.")
    answer = await client.post(
        "getVerificationResult", json=sealed.model_dump() | {"reqNo": req_no}
    )
    result = answer.json()
    if not answer.is_success:
        raise HTTPException(answer.status_code, result["message"])
    # A live shop refuses the sandbox's people: sitecode, responseno, ci, di begin with SANDBOX.
    session.person = {"name": result["name"], "ci": result.get("ci")}
    return Verified(name=result["name"])


class Kit(StaticFiles):
    """The kit, and its callback page: NICE returns to the origin of the shop's page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["content-security-policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["referrer-policy"] = "no-referrer"
        response.headers["cache-control"] = "no-store"
        return response


app.mount("/verification", Kit(directory=EXAMPLES.parent / "clients/popup"))


@app.get("/", include_in_schema=False)
async def page() -> FileResponse:
    return FileResponse(EXAMPLES / "index.html")
