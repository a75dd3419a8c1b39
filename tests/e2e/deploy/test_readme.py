"""deploy/README.md: what it names is there."""

import re
import subprocess

from support.process import PROJECT


def test_each_file_that_is_named_exists_or_is_an_operator_s() -> None:
    text = (PROJECT / "deploy/README.md").read_text()
    paths = {f"deploy/{path}" for path in re.findall(r"\]\(([^):#]+)", text)}
    paths |= set(re.findall(r"\bdeploy/[\w./-]*\w", text))
    assert len(paths) > 15
    for path in paths:
        if not (PROJECT / path).exists():
            ignored = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=PROJECT)
            assert ignored.returncode == 0, path
