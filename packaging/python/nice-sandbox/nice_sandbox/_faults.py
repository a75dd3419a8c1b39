"""NICE on a bad day."""

import json
from typing import Any, Dict, List, Optional

from ._http import Answer, ask


class Faults:
    """Switches faults on and off, as `/sandbox/faults` does by hand."""

    def __init__(self, base_url: str) -> None:
        self._url = f"{base_url}/sandbox/api/faults"

    def on(self, call: str, fault: str, *, times: Optional[int] = None,
           delay: Optional[str] = None) -> None:
        """One more: at most `times` times, after a `delay` such as "200ms".

        `call` is institution_token, revoke or crypto_token; of 통합인증 access_token,
        auth_url or auth_result. `fault` is a name of the catalogue, such as gw_1702.
        """
        entry = {"call": call, "fault": fault, "times": times, "delay": delay}
        entry = {name: value for name, value in entry.items() if value is not None}
        self._put([*self.active, entry])

    def clear(self) -> None:
        """All off."""
        self._checked(ask("DELETE", self._url))

    @property
    def active(self) -> List[Dict[str, Any]]:
        """What is on."""
        active: List[Dict[str, Any]] = self._listing()["active"]
        return [{name: value for name, value in entry.items() if value is not None}
                for entry in active]

    @property
    def catalogue(self) -> List[Dict[str, Any]]:
        """All that there are, with what each stands for and what a client ought to do."""
        catalogue: List[Dict[str, Any]] = self._listing()["catalogue"]
        return catalogue

    def _listing(self) -> Dict[str, Any]:
        listing: Dict[str, Any] = json.loads(self._checked(ask("GET", self._url)).body)
        return listing

    def _put(self, entries: List[Dict[str, Any]]) -> None:
        self._checked(ask("PUT", self._url, json.dumps(entries).encode(),
                          {"Content-Type": "application/json"}))

    @staticmethod
    def _checked(answer: Answer) -> Answer:
        if answer.status >= 400:
            raise ValueError(json.loads(answer.body)["message"])
        return answer
