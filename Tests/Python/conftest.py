"""What all tests of the binary share.

`TRIFID` names the binary; else the newest of those that `swift build` leaves is taken. `TRIFID_SHARED` names the folder
of shared data (default `../shared` beside the package); tests that need it are skipped where it is missing.
"""

import dataclasses
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILDS = (".build/release/trifid", ".build/testing/release/trifid", ".build/debug/trifid")


def find_binary():
    named = os.environ.get("TRIFID")
    if named:
        return pathlib.Path(named).resolve()
    built = [path for path in (ROOT / build for build in BUILDS) if path.exists()]
    if not built:
        pytest.exit("no trifid binary: set TRIFID or run `swift build`", returncode=2)
    return max(built, key=lambda path: path.stat().st_mtime)


@dataclasses.dataclass
class Outcome:
    """How a run of the binary ended."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def lines(self):
        """One JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Trifid:
    """Runs the binary with an environment free of the caller's settings."""

    def __init__(self, binary):
        self.binary = str(binary)

    @staticmethod
    def environment(extra=None):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIFID")}
        return {**kept, **(extra or {})}

    def __call__(self, *arguments, env=None, stdin=None, timeout=120, cwd=None):
        """Runs to the end."""
        done = subprocess.run(
            [self.binary, *map(str, arguments)],
            env=self.environment(env),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            cwd=cwd,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments, env=None, **options):
        """Starts it and returns the `subprocess.Popen`; the caller ends it."""
        return subprocess.Popen([self.binary, *map(str, arguments)], env=self.environment(env), **options)


@pytest.fixture(scope="session")
def trifid():
    return Trifid(find_binary())


@pytest.fixture(scope="session")
def shared():
    folder = pathlib.Path(os.environ.get("TRIFID_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder}; set TRIFID_SHARED")
    return folder.resolve()
