"""Judges the binary `member-verification` from outside, against a stand-in for NICE.

    tests/e2e/foreign/oracle/run BINARY [THEME ...]

Without themes: all of them. Each check prints ok or FAIL; the last line says how many.
Needs Python 3.11 and what tests/requirements.txt names; speaks on the loopback only.
"""

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import checks_answer
import checks_body
import checks_codes
import checks_cors
import checks_error_status
import checks_logs
import checks_request
import checks_sandbox
import checks_settings
import checks_tokens
import checks_upstream
from bench import Bench, NotStarted
from nice_crypto import faults_against_vectors
from report import Report

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
AT_A_TIME = 10  # processes; most of them wait for a deadline

Task = Callable[[Bench], None]
# The long ones first, so that the short ones fill the gaps.
THEMES: dict[str, Callable[[], list[Task]]] = {
    "tokens": checks_tokens.tasks,
    "answer": lambda: [checks_answer.run],
    "request": lambda: [checks_request.run],
    "body": lambda: [checks_body.run],
    "logs": checks_logs.tasks,
    "upstream": checks_upstream.tasks,
    "codes": checks_codes.tasks,
    "error-status": lambda: [checks_error_status.run],
    "cors": lambda: [checks_cors.run],
    "sandbox": checks_sandbox.tasks,
    "settings": checks_settings.tasks,
}


def main(args: list[str]) -> int:
    if not args or not Path(args[0]).is_file() or not set(args[1:]) <= set(THEMES):
        print(f"usage: run BINARY [THEME ...]   themes: {' '.join(THEMES)}", file=sys.stderr)
        return 64
    report = Report()
    faults = faults_against_vectors(VECTORS)
    if not report.check("own cryptography agrees with the golden vectors", not faults, faults):
        return report.close()
    bench = Bench(Path(args[0]).resolve(), report)
    tasks = [task for theme in args[1:] or THEMES for task in THEMES[theme]()]
    with ThreadPoolExecutor(AT_A_TIME) as workers:
        list(workers.map(lambda task: _carry_out(task, bench, report), tasks))
    _over_all(bench, report)
    return report.close()


def _carry_out(task: Task, bench: Bench, report: Report) -> None:
    try:
        task(bench)
    except NotStarted as trouble:
        report.check(f"{task.__module__}: {task.__name__}", False, trouble)
    except Exception:  # one broken scene must not hide the others
        name = f"{task.__module__}: {task.__name__}"
        report.check(f"{name} is carried out to its end", False, traceback.format_exc(limit=-3))


def _over_all(bench: Bench, report: Report) -> None:
    """What holds for every process that was started."""
    report.check("over all: every call keeps NICE's rules", not bench.broken_rules,
                 sorted(bench.broken_rules))
    report.check("over all: no answer tells what stays in the server", not bench.disclosures,
                 sorted(set(bench.disclosures)))
    report.check("over all: nothing panicked", not bench.panics, bench.panics)
    report.check("over all: no process ended by itself", not bench.untimely_ends,
                 bench.untimely_ends)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
