"""NICE평가정보's identity verification (본인인증) as a part of a test.

    from nice_sandbox import Sandbox

    with Sandbox() as nice:
        shop.configure(base_url=nice.base_url, client_id=nice.client_id,
                       client_secret=nice.client_secret)
        back = nice.verify(shop.begin(), persona="minor14")
        assert shop.open(back.values)["name"] == "어린이"

With pytest the fixture `nice_sandbox` is such a sandbox, started once and without faults at
the start of each test. Nothing in it is real.
"""

from ._faults import Faults
from ._process import StartError
from ._sandbox import Integrated, Sandbox
from ._window import Back, Refused

__all__ = ["Back", "Faults", "Integrated", "Refused", "Sandbox", "StartError"]
