"""Plays cases, functions of a scene, one after the other."""

import time
import traceback
from collections.abc import Callable


def play(what: str, scene, cases: list[Callable], names: list[str]) -> int:
    """Those of the cases that are named, or all; answers how many failed."""
    wanted = [case for case in cases if not names or case.__name__ in names]
    assert wanted, f"no such case: {names}"
    failed = 0
    for case in wanted:
        began = time.monotonic()
        try:
            with scene.case():
                case(scene)
            verdict = "ok"
        except Exception:
            traceback.print_exc()
            verdict = "FAILED"
            failed += 1
        print(f"{case.__name__:<45} {verdict:<6} {time.monotonic() - began:5.1f} s", flush=True)
    print(f"{what}: {len(wanted) - failed} cases passed, {failed} failed")
    return failed
