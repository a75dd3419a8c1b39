"""Named checks: each prints ok or FAIL, and the end says how many."""

import threading


class Report:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.passed = 0
        self.failures: list[str] = []

    def check(self, name: str, held: object, detail: object = "") -> bool:
        with self._lock:
            if held:
                self.passed += 1
                print(f"ok    {name}", flush=True)
            else:
                line = f"FAIL  {name}" + (f" -- {str(detail)[:600]}" if detail != "" else "")
                self.failures.append(line)
                print(line, flush=True)
        return bool(held)

    def close(self) -> int:
        """Repeats the failures, prints the sum; the exit code of the run."""
        if self.failures:
            print("\nFailures:\n" + "\n".join(self.failures))
        print(f"{self.passed} passed, {len(self.failures)} failed")
        return 1 if self.failures else 0


class Theme:
    """The checks of one subject; its title goes before each name."""

    def __init__(self, report: Report, title: str) -> None:
        self._report = report
        self._title = title

    def check(self, name: str, held: object, detail: object = "") -> bool:
        return self._report.check(f"{self._title}: {name}", held, detail)

    def equal(self, name: str, got: object, wanted: object, detail: object = "") -> bool:
        return self.check(name, got == wanted, f"wanted {wanted!r}, got {got!r} {detail}")
