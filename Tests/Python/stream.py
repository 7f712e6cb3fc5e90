"""A stream under test: topics, a database and workers that nothing else uses."""

import json
import pathlib
import random
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid

# Short enough that a test need not wait long for a dead worker; a real Kafka allows no less than 6 s.
QUICK = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 500}


def yaml(values, indent=""):
    """Nested dictionaries as YAML; the leaves as JSON, which YAML reads."""
    text = ""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            text += f"{indent}{key}:\n" + yaml(value, indent + "  ")
        else:
            text += f"{indent}{key}: {json.dumps(value)}\n"
    return text


def merged(base, extra):
    result = dict(base)
    for key, value in extra.items():
        result[key] = merged(base[key], value) if isinstance(value, dict) and key in base else value
    return result


def wait_until(condition, seconds=60, what="the condition", pause=0.1):
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} is not so after {seconds} s")
        time.sleep(pause)
    return answer


class Worker:
    """One `trifid run`."""

    def __init__(self, trifid, config, log):
        self.log = pathlib.Path(log)
        self.config = config
        with open(self.log, "ab") as file:
            self.log_start = file.tell()
            self.process = trifid.start(
                "run", "--config", config, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    @property
    def events(self):
        """The lines that this process has logged."""
        text = self.log.read_bytes()[self.log_start :].decode()
        return [line for line in text.splitlines() if line]

    def said(self, *fragments):
        return [line for line in self.events if all(fragment in line for fragment in fragments)]

    @property
    def address(self):
        for line in self.said("listening"):
            return json.loads(line)["address"]

    def get(self, path):
        """Status and text of a page; None before the server listens and after it."""
        if not self.address:
            return None
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return None

    @property
    def status(self):
        page = self.get("/status")
        return json.loads(page[1]) if page else {}

    @property
    def counts(self):
        return self.status.get("stream", {})

    def is_ready(self):
        self.check_alive()
        page = self.get("/readyz")
        return page is not None and page[0] == 200

    def wait_ready(self, seconds=60):
        wait_until(self.is_ready, seconds, "the worker's readiness")
        return self

    def check_alive(self):
        status = self.process.poll()
        assert status is None, f"the worker ended with status {status}:\n" + "\n".join(self.events[-20:])

    def stop(self, seconds=60):
        """SIGTERM; a clean stop ends with status 0."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        assert status == 0, f"a stop ended with status {status}:\n" + "\n".join(self.events[-20:])

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def wait_end(self, seconds=60):
        """The exit status of a worker that ends by itself."""
        return self.process.wait(seconds)


def is_dead_letter(message):
    return any(name == "trifid.code" for name, _ in message.headers() or [])


class Stream:
    """An input topic, a consumer group, an output prefix and a database."""

    def __init__(self, trifid, kafka, database, model, folder, settings=None):
        name = uuid.uuid4().hex[:8]
        self.trifid, self.kafka, self.folder = trifid, kafka, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = database
        self.topic, self.prefix, self.group = f"input-{name}", f"out-{name}", f"group-{name}"
        self.settings = merged(
            {
                "kafka": {"brokers": [kafka.address], "group": self.group, "properties": QUICK},
                "input": {"topics": [self.topic]},
                "output": {"prefix": self.prefix},
                "postgres": {"url": database},
                "model": str(model),
                "http": {"listen": "127.0.0.1:0"},
                "log": {"format": "json"},
            },
            settings or {},
        )
        self.workers = []

    def config(self, name="1", settings=None):
        path = self.folder / f"{self.group}-{name}-{random.randrange(1 << 32):08x}.yaml"
        path.write_text(yaml(merged(merged(self.settings, {"kafka": {"worker": name}}), settings or {})))
        return path

    def worker(self, name="1", settings=None):
        worker = Worker(self.trifid, self.config(name, settings), self.folder / f"{self.group}-{name}.log")
        self.workers.append(worker)
        return worker

    def play(self, *files, **options):
        """Plays files into the input topic; the number of messages."""
        words = [word for name, value in options.items() for word in (f"--{name}", *([] if value is True else [value]))]
        outcome = self.trifid(
            "play", "--brokers", self.kafka.address, "--topic", self.topic, "--json", *words, *files
        )
        assert outcome.status == 0, outcome.err
        return outcome.json["messages"]

    def wait_consumed(self, seconds=120):
        """Waits until Kafka holds committed offsets to the end of the input."""

        def consumed():
            for worker in self.workers[-1:]:
                worker.check_alive()
            return self.kafka.lag(self.group, self.topic) == 0

        wait_until(consumed, seconds, "the end of the input", pause=0.3)

    def audit(self, public=False):
        """The audit's document; it must close. Unless `public` is asked for, what is not public counts with the rest."""
        outcome = self.trifid("audit", "--json", "--config", self.config())
        assert outcome.status in (0, 1), outcome.err
        document = outcome.json
        assert (outcome.status == 0) == document["closed"]
        assert document["closed"], {**document, "partitions": None}
        if public:
            return document
        kept_back = self.outputs("private", public=True)
        letters = sum(is_dead_letter(message) for message in kept_back)
        assert document["private"] == len(kept_back)
        alerts = document["annotated"] + len(kept_back) - letters
        return {**document, "annotated": alerts, "deadLetters": document["deadLetters"] + letters}

    def outputs(self, topic="alerts", public=False):
        """The messages of a topic. Unless only what is public is asked for, those come along that went to the topic of
        what is not: some real packets of 2018 are of ZTF's programs 2 and 3."""
        messages = self.kafka.read(f"{self.prefix}.{topic}")
        if not public and topic in ("alerts", "deadletters"):
            wanted = topic == "deadletters"
            private = self.kafka.read(f"{self.prefix}.private")
            messages += [message for message in private if is_dead_letter(message) == wanted]
        return messages

    def end(self):
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()
