"""`Deploy/setup` on machines that are not this one: its tools are replaced by scripts that say what they were asked."""

import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import ROOT

TOOLS = ("bash", "cat", "dirname", "env", "head", "mkdir", "printf", "python3", "rm", "sed", "tee")
PACKAGES = {"librdkafka-dev", "libpq-dev", "libopenblas-dev", "postgresql-15", "postgresql-15-q3c", "pkg-config"}


class Machine:
    """A PATH with a few real tools and scripts in place of the rest; `log` holds what the scripts were asked."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "log"
        self.log.touch()
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.script("swift", 'echo "Swift version 6.3.1 (swift-6.3.1-RELEASE)"')
        self.script("id", "echo 1000")

    def script(self, name, text):
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n")
        path.chmod(0o755)

    def with_apt(self, installed=()):
        names = " ".join(installed)
        self.script(
            "dpkg-query",
            f'for p in {names}; do [ "${{@: -1}}" = "$p" ] && echo -n installed && exit 0; done; exit 1',
        )
        self.script("apt-get", f'echo "apt-get $*" >>{self.log}')
        return self

    def with_sudo(self):
        self.script("sudo", f'echo "sudo $*" >>{self.log}; case $1 in env) exec "$@";; tee) cat >/dev/null;; esac')
        return self

    def setup(self, *arguments, **environment):
        done = subprocess.run(
            [self.bin / "bash", ROOT / "Deploy" / "setup", *arguments],
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    @property
    def asked(self):
        return self.log.read_text()


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_without_apt_it_lists_what_is_needed_and_stops(machine):
    status, out, err = machine.setup()
    assert status == 1
    assert PACKAGES <= set(err.split())
    assert "no apt" in err and "Swift 6.2" in err
    assert machine.asked == ""


def test_what_is_missing_is_named_and_only_that_installed(machine):
    every = machine.setup()[2].split()
    present = [name for name in every if name.startswith("lib") or name == "postgresql-15"]
    status, out, err = machine.with_apt(present).with_sudo().setup()
    assert (status, err) == (0, "")
    assert "missing Debian packages: pkg-config zlib1g-dev postgresql-15-q3c" in out
    installs = [line for line in machine.asked.splitlines() if line.startswith("apt-get install")]
    assert installs == ["apt-get install -y -q --no-install-recommends pkg-config zlib1g-dev postgresql-15-q3c"]
    assert "DEBIAN_FRONTEND=noninteractive" in machine.asked


def test_no_system_cluster_comes_with_a_new_server(machine):
    machine.with_apt().with_sudo()
    machine.script("tee", f'echo "tee $* <- $(cat)" >>{machine.log}')
    machine.script("sudo", f'echo "sudo $*" >>{machine.log}; case $1 in env | tee) exec "$@";; esac')
    assert machine.setup()[0] == 0
    lines = machine.asked.splitlines()
    setting = "/etc/postgresql-common/createcluster.d/trifid-setup.conf"
    assert f"tee {setting} <- create_main_cluster = false" in lines
    assert lines.index(f"sudo tee {setting}") < [line.startswith("apt-get install") for line in lines].index(True)


def test_nothing_is_asked_of_a_machine_that_has_all(machine):
    every = machine.setup()[2].split()
    assert machine.with_apt(every).setup() == (0, "", "")
    assert machine.asked == ""


def test_without_sudo_it_says_what_to_run_as_root(machine):
    status, _, err = machine.with_apt().setup()
    assert status == 1
    assert "apt-get install" in err and "librdkafka-dev" in err


def test_as_root_it_needs_no_sudo(machine):
    every = machine.setup()[2].split()
    machine.with_apt([name for name in every if name != "zlib1g-dev"])
    machine.script("id", "echo 0")
    assert machine.setup()[0] == 0
    assert "apt-get install -y -q --no-install-recommends zlib1g-dev" in machine.asked


def test_a_failed_installation_is_a_failure(machine):
    machine.with_apt().with_sudo()
    machine.script("apt-get", '[ "$1" = update ] || exit 100')
    status, _, err = machine.setup()
    assert status == 1
    assert "could not install" in err


@pytest.mark.parametrize(
    "answer, fragment",
    [
        ("echo 'Swift version 5.10.1 (swift-5.10.1-RELEASE)'", "5.10 is too old"),
        ("echo 'Swift version 6.1 (swift-6.1-RELEASE)'", "6.1 is too old"),
        ("echo 'swift: no libncurses' >&2; exit 127", "does not work: swift: no libncurses"),
    ],
)
def test_an_old_swift_is_named(machine, answer, fragment):
    machine.script("swift", answer)
    status, _, err = machine.with_apt().setup()
    assert status == 1
    assert fragment in err and "swift.org/install" in err
    assert machine.asked == ""


@pytest.mark.parametrize("version", ["6.2", "6.3.1", "6.10", "7.0"])
def test_newer_swifts_do(machine, version):
    every = machine.setup()[2].split()
    machine.script("swift", f"echo 'Apple Swift version {version} (x)'")
    assert machine.with_apt(every).setup()[0] == 0


def test_no_swift_is_named(machine):
    (machine.bin / "swift").unlink()
    status, _, err = machine.with_apt().setup()
    assert status == 1
    assert "no 'swift' in PATH" in err


def test_java_comes_with_the_shared_kafka_only(machine, tmp_path):
    kafka = tmp_path / "shared" / "kafka" / "kafka"
    kafka.parent.mkdir(parents=True)
    kafka.write_text("#!/bin/bash\n")
    kafka.chmod(0o755)
    shared = str(tmp_path / "shared")
    assert "default-jre-headless" in machine.setup("--tests", TRIFID_SHARED=shared)[2]
    assert "default-jre-headless" not in machine.setup("--tests", TRIFID_SHARED=shared, TRIFID_TEST_KAFKA="x:1")[2]
    assert "default-jre-headless" not in machine.setup("--tests", TRIFID_SHARED=str(tmp_path))[2]
    assert "default-jre-headless" not in machine.setup(TRIFID_SHARED=shared)[2]


@pytest.mark.parametrize("script", ["Deploy/setup", "Deploy/demo", "Deploy/datasets", "Deploy/test", ".ci/run"])
def test_the_scripts_are_executable_and_parse(script):
    path = pathlib.Path(ROOT / script)
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", path]).returncode == 0


def test_ci_calls_the_tests_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'exec "$(dirname "${BASH_SOURCE[0]}")/../Deploy/test"'
    ]


def test_unknown_arguments_are_refused(machine):
    status, _, err = machine.setup("--frobnicate")
    assert status == 1
    assert "'--frobnicate'" in err
    tests = subprocess.run([ROOT / "Deploy" / "test", "frobnicate"], capture_output=True, text=True)
    assert tests.returncode == 2
    assert "unknown phase 'frobnicate'" in tests.stderr
