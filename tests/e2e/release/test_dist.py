"""dist/, as packaging/build has made it: what it promises of the files themselves.

It builds everything a second time, so `tests/run --release` alone runs it.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from support.launcher import Launcher
from support.process import PROJECT

DIST = Path(os.environ["DIST"])
PROGRAMS = ["member-verification", "nice-sandbox"]
OLDEST_GLIBC = (2, 17)


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


@pytest.fixture(scope="module", params=PROGRAMS)
def binary(module_launcher: Launcher, request: pytest.FixtureRequest) -> Path:
    folder = module_launcher.folder()
    (archive,) = DIST.glob(f"{request.param}-*-linux-x64.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    (found,) = folder.glob(f"*/{request.param}")
    return found


def test_each_file_has_its_checksum() -> None:
    files = {file.name for file in DIST.iterdir()} - {"SHA256SUMS"}
    assert sums(DIST).keys() == files
    # Of each program an archive, a wheel, two packages of npm and an SBOM.
    assert len(files) == 5 * len(PROGRAMS), files
    for name, digest in sums(DIST).items():
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == digest, name


def test_a_program_needs_no_newer_glibc(binary: Path) -> None:
    told = subprocess.run(["readelf", "--dyn-syms", "--wide", binary], text=True,
                          capture_output=True, check=True).stdout
    versions = {(int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", told)}
    assert versions and max(versions) <= OLDEST_GLIBC, sorted(versions)


def test_a_program_names_no_folder_of_its_builder(binary: Path) -> None:
    held = binary.read_bytes()
    for folder in (PROJECT, Path.home()):
        assert f"{folder}/".encode() not in held, folder


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_sbom_names_what_the_program_is_made_of(program: str) -> None:
    (file,) = DIST.glob(f"{program}-*.cdx.json")
    assert f"{PROJECT}/" not in file.read_text()
    bom = json.loads(file.read_text())
    assert bom["metadata"]["component"]["name"] == program
    made_of = {part["name"] for part in bom["components"]}
    assert {"axum", "tokio", "aes"} <= made_of
    assert ("redis" in made_of) == (program == "member-verification")


def test_a_build_in_another_folder_is_the_same_to_the_byte(launcher: Launcher) -> None:
    elsewhere = launcher.folder() / "another/place"
    subprocess.run(["git", "clone", "--quiet", PROJECT, elsewhere], check=True)
    # What isn't committed yet, too.
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True,
                             capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        shutil.copy2(PROJECT / name, elsewhere / name)
    other, shared = launcher.folder() / "dist", launcher.folder()
    subprocess.run([elsewhere / "packaging/build", "--out", other], check=True,
                   env={**os.environ, "CARGO_TARGET_DIR": str(shared)})
    assert sums(other) == sums(DIST)
    # What was built there before would be part of it.
    assert list(shared.iterdir()) == []
