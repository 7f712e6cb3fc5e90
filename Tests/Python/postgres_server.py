"""A private PostgreSQL server: the binary runs it, PostgreSQL's own tools make and look at its databases."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import time
import uuid


class PostgresServer:
    def __init__(self, trifid, folder):
        self.trifid = trifid
        self.folder = pathlib.Path(folder)
        self.start()

    def start(self):
        self.process = self.trifid.start(
            "private-postgres", "--no-fsync", self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url, self.process.stderr.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0

    @property
    def postmaster(self):
        """The number of the server's first process."""
        return int(next(self.folder.rglob("postmaster.pid")).read_text().split()[0])

    def kill(self):
        """kill -9 of the server, as a crash is; its keeper notices by itself or is ended."""
        pid = self.postmaster
        os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait(30)
        deadline = time.monotonic() + 30
        while _has_children(pid) and time.monotonic() < deadline:
            time.sleep(0.05)

    def database(self):
        """The URL of a new, empty database."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.query(f"CREATE DATABASE {name}")
        return re.sub(r"dbname='[^']*'", f"dbname='{name}'", self.url)

    @contextlib.contextmanager
    def transaction(self, sql, url):
        """A transaction of another session that stays open behind a statement; rolled back at the end."""
        words = ["psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", url]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
            session.stdin.write(f"BEGIN; {sql}; SELECT 'begun';\n")
            session.stdin.flush()
            assert session.stdout.readline().strip() == "begun"
            yield
            session.stdin.close()

    def query(self, sql, url=None):
        """The rows, each a list of texts."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-t", "-A", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql, url or self.url],
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def sessions(self, url):
        """The processes that serve the clients of a database."""
        name = re.search(r"dbname='([^']*)'", url)[1]
        rows = self.query(
            f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'"
        )
        return [int(pid) for (pid,) in rows]

    @contextlib.contextmanager
    def suspended(self, url):
        """A database's present sessions stand still: they keep their connections and answer nothing. Yields a function that
        ends them, so that what they were sent meanwhile is never done."""
        pids = self.sessions(url)

        def end():
            for pid in pids:
                os.kill(pid, signal.SIGTERM)  # what pg_terminate_backend sends

        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield end
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def _has_children(parent):
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                return True
        except (OSError, ValueError):
            pass
    return False
