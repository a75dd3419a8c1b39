"""The sandbox, as a test holds it."""

import json
import os
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Type, Union

from . import _window
from ._faults import Faults
from ._http import ask
from ._process import Process
from ._window import Back


@dataclass(frozen=True)
class Integrated:
    """The credentials for 통합인증, NICE's newer API."""

    client_id: str
    client_secret: str
    svc_types: List[str]


class Sandbox:
    """NICE, as seen from outside. It starts on a free port, and ends with its `with` block, by
    `stop`, or with the process that made it, even if that is killed."""

    def __init__(self, *, auto_approve: Optional[str] = None,
                 settings: Optional[Mapping[str, str]] = None) -> None:
        """Starts it.

        auto_approve: the persona as which it answers every window by itself, for tests in
            which a browser opens the window.
        settings: variables of the program, such as SANDBOX_CLIENT_ID, SANDBOX_PERIOD or
            RUST_LOG.
        """
        words = [] if auto_approve is None else [f"--auto-approve={auto_approve}"]
        # A BIND of the shop's own would be another program's.
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("BIND", "LOG_FORMAT", "RUST_LOG")}
        self._process = Process(words, {**environment, **(settings or {})})
        told: Dict[str, Any] = self._process.greeting
        self.base_url: str = told["base_url"]
        """In the place of NICE's own: the only change in a client of NICE."""
        self.window_url: str = told["window_url"]
        """Where the standard window's form goes."""
        self.client_id: str = told["client_id"]
        self.client_secret: str = told["client_secret"]
        self.product_id: str = told["product_id"]
        self.institution_token: str = told["institution_token"]
        self.integrated = Integrated(**told["integrated"])
        self.faults = Faults(self.base_url)

    @property
    def personas(self) -> List[Dict[str, str]]:
        """Who lives here; `persona` of `verify` is the `name` of one."""
        personas: List[Dict[str, str]] = json.loads(
            ask("GET", f"{self.base_url}/sandbox/api/personas").body)
        return personas

    @property
    def log(self) -> List[str]:
        """Its log, the last lines: what it has refused, and why."""
        return list(self._process.log)

    def verify(self, window: Union[str, Mapping[str, Any]], persona: str = "hong",
               outcome: str = "success", **fields: str) -> Back:
        """Plays the browser: through the window as this person, and back. Nothing is sent to
        the shop; what the browser would bring is in the answer.

        window: what the shop's page opens it with: `token_version_id`, `enc_data` and
            `integrity_value`, further keys don't matter; of 통합인증 the `auth_url`.
        outcome: fail, cancel, double, late, tamper_enc, …, or a code of the window.
        fields: replace those of the result: `name="김철수"`, `ci="…"`.

        Raises `Refused` if the window does not open.
        """
        choices = {"sandbox_persona": persona, "sandbox_outcome": outcome,
                   **{f"sandbox_{name}": value for name, value in fields.items()}}
        return _window.verify(window, self.window_url, choices)

    def stop(self) -> None:
        """Ends it; a second time does nothing."""
        self._process.stop()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.stop()
