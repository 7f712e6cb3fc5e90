"""What all tests of the binary share.

`TRIFID` names the binary; else the newest of those that `swift build` leaves is taken. `TRIFID_SHARED` names the folder
of shared data (default `../shared` beside the package); tests that need it are skipped where it is missing.
`TRIFID_TEST_KAFKA` names a Kafka (host:port); else the one of the shared folder is started, else tests that need one
are skipped. PostgreSQL is always the tests' own.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from alert_files import AlertFiles
from kafka_cluster import KafkaCluster, OwnKafka
from postgres_server import PostgresServer
from stream import Stream

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
        ours = {name for name in os.environ if name.startswith("TRIFID")} - {"TRIFID_HOME"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
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


@pytest.fixture(scope="session")
def alerts(shared):
    return AlertFiles(shared)


@pytest.fixture(scope="session")
def kafka_program():
    folder = pathlib.Path(os.environ.get("TRIFID_SHARED") or ROOT.parent / "shared").resolve()
    program = folder / "kafka" / "kafka"
    if not os.access(program, os.X_OK):
        pytest.skip(f"no {program}: set TRIFID_SHARED")
    if shutil.which("java") is None:
        pytest.skip(f"no java for {program}")
    return program


@pytest.fixture(scope="session")
def kafka(request, tmp_path_factory):
    """A Kafka for all tests, each with topics of its own."""
    named = os.environ.get("TRIFID_TEST_KAFKA")
    if named:
        yield KafkaCluster(named)
        return
    own = OwnKafka(request.getfixturevalue("kafka_program"), tmp_path_factory.mktemp("kafka"))
    yield own
    own.kill()  # nobody needs what it holds


@pytest.fixture
def own_kafka(kafka_program, tmp_path):
    """A Kafka that the test may kill."""
    own = OwnKafka(kafka_program, tmp_path / "kafka")
    yield own
    own.kill()  # nobody needs what it holds


@contextlib.contextmanager
def postgres_server(trifid):
    """Not in pytest's folders, which are closed to the user that the server runs as where we are root."""
    with tempfile.TemporaryDirectory(prefix="trifid-postgres.") as folder:
        os.chmod(folder, 0o755)
        server = PostgresServer(trifid, pathlib.Path(folder) / "cluster")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postgres(trifid):
    """A PostgreSQL server for all tests, each with a database of its own."""
    with postgres_server(trifid) as server:
        yield server


@pytest.fixture
def own_postgres(trifid):
    """A PostgreSQL server that the test may kill."""
    with postgres_server(trifid) as server:
        yield server


@pytest.fixture(scope="session")
def model(trifid, tmp_path_factory):
    """A small untrained model."""
    folder = tmp_path_factory.mktemp("model") / "small"
    outcome = trifid("model", "new", "--layers", "2", "--references", "200", folder)
    assert outcome.status == 0, outcome.err
    return folder


@pytest.fixture
def bare_home(tmp_path_factory):
    """An installation without the shipped model, for `TRIFID_HOME`."""
    home = tmp_path_factory.mktemp("home")
    (home / "Schemas").symlink_to(ROOT / "Schemas")
    return str(home)


@pytest.fixture
def make_stream(trifid, model, tmp_path, request):
    """Makes streams on a cluster and a server; the test's own are stopped at its end."""
    streams = []

    def make(settings=None, *, kafka=None, postgres=None, model=model):
        kafka = kafka or request.getfixturevalue("kafka")
        postgres = postgres or request.getfixturevalue("postgres")
        streams.append(Stream(trifid, kafka, postgres.database(), model, tmp_path / "stream", settings))
        return streams[-1]

    yield make
    for stream in streams:
        stream.end()
