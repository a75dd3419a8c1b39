"""A stand-in for NICE on the loopback: strict about what comes in, scripted in what goes out.

    with NiceStandIn() as nice:
        nice.script.once(CRYPTO_TOKEN, Step(gw="1503"))
"""

import secrets
import threading
import time
import uuid
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

from foreign.oracle import nice_rules
from foreign.oracle.nice_crypto import KeySet, derive
from foreign.oracle.nice_rules import OTHER, Account, Call, Fault
from foreign.oracle.scripted import CLOSE, HALF_BODY, HALF_THEN_STALL, STALL, Script, Step, render

CONTENT_TYPE = "application/json;charset=UTF8"
HUGE_BYTES = 16 * 1024 * 1024
STALL_SECONDS = 30
FIFTY_YEARS = 1_576_800_000
DEFAULT_ACCOUNT = Account("a1b2c3d4-client", "s3cr3t-of-the-client", "2101979031")


@dataclass(frozen=True)
class IssuedToken:
    """A crypto token as handed out, with all that the key set is derived from."""

    req_dtim: str
    req_no: str
    token_version_id: str
    token_val: str
    site_code: str
    period: object

    def keys(self) -> KeySet:
        return derive(self.req_dtim, self.req_no, self.token_val)


class NiceStandIn:
    def __init__(self, account: Account = DEFAULT_ACCOUNT) -> None:
        self.account = account
        self.script = Script()
        self.clock_offset = 0.0
        self.first_token_answers = "1200"  # the code for calls with the first institution token
        self.access_tokens: dict[str, str] = {}  # token -> the code that calls with it get
        self.issued: dict[str, IssuedToken] = {}
        self.closing = threading.Event()
        self._calls: list[Call] = []
        self._req_nos: set[str] = set()
        self._lock = threading.Lock()
        self._periods = cycle((3600, 3600.0))
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stand_in = self
        self.port = self._server.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "NiceStandIn":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    # What the checks ask

    def calls(self, kind: str | None = None) -> list[Call]:
        with self._lock:
            return [call for call in self._calls if kind in (None, call.kind)]

    def crypto_tokens(self) -> list[IssuedToken]:
        """Those issued so far; a service that fetches ahead may be fetching on."""
        with self._lock:
            return list(self.issued.values())

    def institution_tokens(self) -> list[str]:
        with self._lock:
            return list(self.access_tokens)

    def broken_rules(self) -> list[str]:
        return [f"{call.kind}: {fault}" for call in self.calls() for fault in call.faults]

    def retire_tokens(self, code: str = "1800") -> None:
        """From now on calls with the institution tokens issued so far get this code."""
        with self._lock:
            self.access_tokens = dict.fromkeys(self.access_tokens, code)

    def now(self) -> float:
        return time.time() + self.clock_offset

    # What the calls get

    def answer(self, call: Call) -> tuple[Step, bytes]:
        with self._lock:
            step = self.script.next(call.kind)
            self._calls.append(call)
            faults = self._judge(call)
            call.faults = [fault.why for fault in faults if not self._meant(fault)]
            refusal = next((f for f in faults if f.code != "1200" or f.result_cd), None)
            if refusal and step.hopes_for_success:
                step = Step(gw=refusal.code, result_cd=refusal.result_cd or "0000",
                            message=refusal.why)
            call.answer = step.fault or f"{step.gw}/{step.rsp_cd}/{step.result_cd}"
            return step, self._body(call, step)

    def _judge(self, call: Call) -> list[Fault]:
        match call.kind:
            case nice_rules.INSTITUTION_TOKEN:
                return nice_rules.judge_institution_token(call, self.account)
            case nice_rules.REVOKE:
                return nice_rules.judge_revoke(call, self.account, self.access_tokens, self.now())
            case nice_rules.CRYPTO_TOKEN:
                faults = nice_rules.judge_crypto_token(
                    call, self.account, self.access_tokens, self._req_nos, self.now())
                if call.req_no is not None:
                    self._req_nos.add(call.req_no)
                return faults
        return [Fault("1404", f"no such service: {call.method} {call.path}")]

    def _meant(self, fault: Fault) -> bool:
        """A retired token and a shifted clock are the scene's doing, not the caller's fault."""
        return fault.why == "access token is no longer valid" or self.clock_offset != 0

    def _body(self, call: Call, step: Step) -> bytes:
        header = {"GW_RSLT_CD": step.gw, "GW_RSLT_MSG": step.message or "응답 메시지",
                  "CNTY_CD": "ko", "TRAN_ID": ""}
        if step.gw != "1200" or step.fault:
            return render(header, None, step)
        match call.kind:
            case nice_rules.INSTITUTION_TOKEN:
                return render(header, self._institution_token(step), step)
            case nice_rules.REVOKE:
                return render(header, {"result": True}, step)
        return render(header, self._crypto_token(call, step), step)

    def _institution_token(self, step: Step) -> dict:
        good = [token for token, code in self.access_tokens.items() if code == "1200"]
        token = step.fields.get("access_token") or (good[0] if good else str(uuid.uuid4()))
        first = not self.access_tokens
        self.access_tokens[token] = self.first_token_answers if first else "1200"
        return {"access_token": token, "token_type": "bearer", "scope": "default",
                "expires_in": FIFTY_YEARS}

    def _crypto_token(self, call: Call, step: Step) -> dict:
        verdict = {"rsp_cd": step.rsp_cd, "res_msg": step.res_msg, "result_cd": step.result_cd}
        if not step.hopes_for_success:
            return verdict
        body = {"site_code": "SITE" + secrets.token_hex(4).upper(),
                "token_version_id": f"{time.strftime('%Y%m%d%H%M%S')}-NC-{secrets.token_hex(8)}",
                "token_val": secrets.token_urlsafe(32) + "=",
                "period": next(self._periods)}
        sent, asked = {**body, **step.fields}, call.data_body() or {}
        if all(isinstance(sent[name], str) for name in ("token_version_id", "token_val")):
            self.issued[sent["token_version_id"]] = IssuedToken(
                asked.get("req_dtim", ""), asked.get("req_no", ""), sent["token_version_id"],
                sent["token_val"], sent["site_code"], sent["period"])
        return {**verdict, **body}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    stand_in: NiceStandIn

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_call(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length))
        nice = self.server.stand_in
        call = Call(nice_rules.PATHS.get(self.path, OTHER), self.command, self.path,
                    self.headers.items(), body, time.time(), self.client_address[1])
        step, document = nice.answer(call)
        time.sleep(step.delay)
        if step.fault is None:
            self._send(404 if call.kind == OTHER else step.status, document, step)
        else:
            self._misbehave(step, document)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one_call

    def log_message(self, *_: object) -> None:
        """The calls are recorded, not printed."""

    def _misbehave(self, step: Step, document: bytes) -> None:
        closing = self.server.stand_in.closing
        match step.fault:
            case "stall":
                closing.wait(STALL_SECONDS)
            case "half_body" | "half_then_stall":
                self._send(200, document[:len(document) // 2], step, claims=len(document))
                if step.fault == HALF_THEN_STALL:
                    closing.wait(STALL_SECONDS)
            case "garbage":
                self._send(step.status, b"<html>\xff\xfe not for you</html>", step)
            case "empty":
                self._send(step.status, b"", step)
            case "huge":
                self._send(200, b"[" * HUGE_BYTES, step)
            case "redirect":
                self._send(302, b"", step, extra=(("Location", "/elsewhere"),))
        if step.fault in (STALL, HALF_BODY, HALF_THEN_STALL, CLOSE):
            self.close_connection = True

    def _send(self, status: int, body: bytes, step: Step, claims: int | None = None,
              extra: tuple[tuple[str, str], ...] = ()) -> None:
        date = formatdate(self.server.stand_in.now() + step.date_offset, usegmt=True)
        lines = [f"HTTP/1.1 {status} -", f"Date: {date}", f"Content-Type: {CONTENT_TYPE}",
                 f"Content-Length: {len(body) if claims is None else claims}",
                 *(f"{name}: {value}" for name, value in extra)]
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
