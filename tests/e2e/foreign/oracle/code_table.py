"""Codes of NICE's tables, and what the caller must get for each.

A code that NICE adds later need not be here.
"""

from dataclasses import dataclass

from foreign.oracle.nice_rules import CRYPTO_TOKEN, INSTITUTION_TOKEN
from foreign.oracle.scripted import Step

UNAVAILABLE = "NICE_UNAVAILABLE"  # retried until the deadline
# Of no form that NICE uses, so that it never becomes a known one.
UNKNOWN_CODE = "QQQQ"

GW_CODES = {
    "IP_NOT_REGISTERED": ["1702", "1705"],
    "PRODUCT_NOT_SUBSCRIBED": ["1706", "1707", "1908"],
    "CREDENTIALS": ["1700", "1801", "1401", "1800"],
    "SUSPENDED": ["1402", "1403", "1501"],
    "QUOTA": ["1711", "1712", "1713", "1714", "1715", "1716", "1906", "1907"],
    "PROTOCOL": ["1300", "1400", "1404", "1701", "1703", "1717", "1904"],
    "UNKNOWN": [UNKNOWN_CODE],
    UNAVAILABLE: ["1500", "1502", "1503", "1900", "1901", "1902", "1903", "1905"],
}
RSP_CODES = {
    "SUSPENDED": ["P013", "E998"],
    "PROTOCOL": ["EAPI2500", "EAPI2510", "EAPI2550", "EAPI2560", "EAPI2561", "EAPI2562",
                 "EAPI2563", "EAPI2564", "EAPI2565", "EAPI2892", "EAPI5001", "EAPI5002"],
    "UNKNOWN": [UNKNOWN_CODE],
    UNAVAILABLE: ["S603", "E999", "EAPI2530", "EAPI2540", "EAPI2600", "EAPI2700", "EAPI2701"],
}
RESULT_CODES = {
    "PRODUCT_NOT_SUBSCRIBED": ["0003"],
    "PROTOCOL": ["0001"],
    "UNKNOWN": [UNKNOWN_CODE],
}
ONE_REISSUE = {"1401", "1800"}


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    step: Step
    cause: str  # UNAVAILABLE stands for NICE_UNAVAILABLE, which has no cause

    @property
    def retried(self) -> bool:
        return self.cause == UNAVAILABLE

    @property
    def expected(self) -> tuple[str, str | None]:
        return (UNAVAILABLE, None) if self.retried else ("NICE_REFUSED", self.cause)


def cases() -> list[Case]:
    found = []
    for kind in (CRYPTO_TOKEN, INSTITUTION_TOKEN):
        found += [Case(f"GW {code} on the {kind} call", kind, Step(gw=code), cause)
                  for cause, codes in GW_CODES.items() for code in codes]
    found += [Case(f"rsp_cd {code}", CRYPTO_TOKEN, Step(rsp_cd=code, res_msg="설명"), cause)
              for cause, codes in RSP_CODES.items() for code in codes]
    found += [Case(f"result_cd {code}", CRYPTO_TOKEN, Step(result_cd=code), cause)
              for cause, codes in RESULT_CODES.items() for code in codes]
    # The body is judged before the HTTP status is.
    found += [Case(f"HTTP {status} with GW {code}", kind, Step(gw=code, status=status), cause)
              for kind in (CRYPTO_TOKEN, INSTITUTION_TOKEN)
              for status, code, cause in (
                  (500, "1702", "IP_NOT_REGISTERED"), (503, "1706", "PRODUCT_NOT_SUBSCRIBED"),
                  (403, "1403", "SUSPENDED"), (400, "1400", "PROTOCOL"),
                  (401, "1900", UNAVAILABLE), (200, "1500", UNAVAILABLE))]
    # A later code counts only when the earlier ones are those of success.
    found.append(Case("GW 1702 with rsp_cd S603", CRYPTO_TOKEN,
                      Step(gw="1702", rsp_cd="S603"), "IP_NOT_REGISTERED"))
    found.append(Case("rsp_cd E998 with result_cd 0001", CRYPTO_TOKEN,
                      Step(rsp_cd="E998", result_cd="0001"), "SUSPENDED"))
    return found
