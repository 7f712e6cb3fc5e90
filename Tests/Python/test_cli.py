"""The command line: help, usage errors, exit statuses, and the configuration commands."""

import os
import re

import pytest
from conftest import ROOT, Trifid, find_binary


def commands():
    """Every command and subcommand, as the help lists them."""
    trifid = Trifid(find_binary())

    def listed(text):
        return re.findall(r"^  ([a-z][a-z-]*)  +\S", text, re.MULTILINE)

    found = []
    for name in listed(trifid("--help").out):
        found.append((name,))
        text = trifid(name, "--help").out
        if "\nCommands:\n" in text:
            section = text.split("\nCommands:\n")[1].split("\n\n")[0]
            found += [(name, inner) for inner in listed(section)]
    return found


ALL = commands()


def test_the_overview_lists_the_commands(trifid):
    help_text = trifid("--help")
    assert help_text.status == 0
    assert help_text.err == ""
    assert {("config",), ("config", "check"), ("version",)} <= set(ALL)
    bare = trifid()
    assert (bare.status, bare.out, bare.err) == (2, "", help_text.out)
    assert trifid("-h").out == trifid("help").out == help_text.out


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_each_command_has_help_with_an_example(trifid, command):
    outcome = trifid(*command, "--help")
    assert outcome.status == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"Usage: trifid {' '.join(command)} ")
    assert re.search(r"^Examples?:$", outcome.out, re.MULTILINE)
    assert re.search(r"^  -h, --help", outcome.out, re.MULTILINE)
    assert max(map(len, outcome.out.splitlines())) <= 120
    assert trifid("help", *command).out == outcome.out


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_each_command_names_an_unknown_option(trifid, command):
    outcome = trifid(*command, "--hepl")
    assert outcome.status == 2
    assert outcome.out == ""
    assert "'--hepl'" in outcome.err
    assert f"trifid {' '.join(command)}" in outcome.err
    assert "--help" in outcome.err


@pytest.mark.parametrize(
    "arguments, fragments",
    [
        (["versoin"], ["unknown command 'versoin'", "did you mean 'version'?", "trifid --help"]),
        (["xyzzy"], ["unknown command 'xyzzy'"]),
        (["--frobnicate"], ["unknown option '--frobnicate'"]),
        (["config", "chekc"], ["unknown command 'chekc'", "did you mean 'check'?", "trifid config --help"]),
        (["config", "check", "--confg", "x"], ["unknown option '--confg'", "did you mean --config?"]),
        (["config", "check", "--config"], ["option --config needs a value", "--config FILE"]),
        (["config", "check", "--config", "--json"], ["option --config needs a value"]),
        (["config", "check", "--config", "a", "-c", "b"], ["option --config is given twice"]),
        (["config", "check", "--json=yes"], ["option --json takes no value"]),
        (["config", "check", "stray"], ["unexpected argument 'stray'"]),
        (["config", "check", "--", "--json"], ["unexpected argument '--json'"]),
        (["version", "-x"], ["unknown option '-x'"]),
        (["tail", "--limit", "0"], ["--limit", "'0'", "1 to "]),
        (["tail", "--seconds", "0"], ["--seconds", "'0'", "0.1 to "]),
        (["bench", "decode", "--seconds", "0"], ["--seconds", "'0'", "0.1 to 3600"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_usage_errors_name_the_argument_and_the_way_out(trifid, arguments, fragments):
    outcome = trifid(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    for fragment in fragments:
        assert fragment in outcome.err


def test_a_group_without_a_command_shows_its_help(trifid):
    outcome = trifid("config")
    assert outcome.status == 2
    assert outcome.err == trifid("config", "--help").out


def test_version(trifid):
    text = trifid("version")
    assert text.status == 0
    first, *rest = text.out.splitlines()
    assert re.fullmatch(r"trifid \d+\.\d+\.\d+", first)
    document = trifid("version", "--json").json
    assert first == f"trifid {document['version']}"
    assert document["build"] in ("debug", "release")
    assert {"libavro", "libmicrohttpd", "libyaml"} <= set(document["libraries"])
    for name, version in document["libraries"].items():
        assert re.match(r"\d+\.\d+", version), name
        assert any(line.split()[:2] == [name, version.split()[0]] for line in rest), name
    assert trifid("--version").out == text.out


def test_a_reader_that_has_gone_is_no_error(trifid):
    reader, writer = os.pipe()
    os.close(reader)
    process = trifid.start("config", "keys", stdout=writer, stderr=-1)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_a_full_disk_is_told(trifid):
    with open("/dev/full", "w") as full:
        process = trifid.start("config", "keys", stdout=full, stderr=-1)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"cannot write to standard output: No space left on device" in err


def test_no_colour_away_from_a_terminal(trifid):
    assert "\x1b" not in trifid("config", "keys").out + trifid("config", "show").out


def test_the_shipped_configuration_is_valid_and_is_the_table(trifid):
    path = ROOT / "Config" / "trifid.yaml"
    assert trifid("config", "check", "--config", path).status == 0
    assert trifid("config", "keys", "--yaml").out == path.read_text()
    shown = trifid("config", "show", "--config", path, "--json").json
    for key in trifid("config", "keys", "--json").json:
        assert shown[key["key"]]["value"] == key["default"]
        assert shown[key["key"]]["source"].startswith(f"{path}:")
        assert key["environment"] == "TRIFID_" + key["key"].upper().replace(".", "_")
        assert key["allowed"] and key["help"]


def test_run_names_all_that_its_configuration_lacks(trifid, bare_home):
    """Where the shipped model is not installed, as here, one has to be named."""
    outcome = trifid("run", env={"TRIFID_HOME": bare_home})
    assert outcome.status == 3
    assert "input.topics: nothing to read" in outcome.err
    assert "model: no model is named" in outcome.err and "trifid model new" in outcome.err


def test_run_refuses_a_folder_that_is_no_model(trifid, tmp_path):
    outcome = trifid("run", "--set", "input.topics=a", "--set", f"model={tmp_path}")
    assert outcome.status == 3
    assert str(tmp_path) in outcome.err


BAD = """\
kafka:
  brokers: [localhost]
  gruop: x
input:
  from: yesterday
  pattern: "^trifid"
batch:
  alerts: many
"""


def test_a_bad_configuration_is_told_whole(trifid, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    outcome = trifid("config", "check", "--config", path)
    assert outcome.status == 3
    assert outcome.out == ""
    expected = [
        f"{path}:2: kafka.brokers: a list has 'localhost', which is not host:port; allowed: a list of host:port",
        f"{path}:3: kafka.gruop: there is no such key; did you mean kafka.group?",
        f"{path}:5: input.from: 'yesterday' is not earliest, latest or a time",
        f"{path}:8: batch.alerts: 'many' is not a whole number; allowed: 1 to 10000",
        f"{path}:6: input.pattern: ",
        "5 errors",
    ]
    lines = outcome.err.splitlines()
    assert len(lines) == len(expected)
    for line, start in zip(lines, expected):
        assert line.startswith(start)

    document = trifid("config", "check", "--config", path, "--json")
    assert document.status == 3
    assert document.json["valid"] is False
    assert [(problem["line"], problem["key"]) for problem in document.json["problems"]] == [
        (2, "kafka.brokers"),
        (3, "kafka.gruop"),
        (5, "input.from"),
        (8, "batch.alerts"),
        (6, "input.pattern"),
    ]


@pytest.mark.parametrize(
    "text, line, fragment",
    [
        ("kafka:\n\tbrokers: x\n", 2, "spaces, not tabs"),
        ("kafka: [\n", 2, "flow"),
        ("a: 1\na: 2\n", 2, "given twice"),
        ("just a text\n", 1, "a configuration is a mapping"),
        ("kafka: &k {group: a}\n", 1, "anchors"),
    ],
)
def test_what_is_not_yaml_is_named_by_line(trifid, tmp_path, text, line, fragment):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    outcome = trifid("config", "check", "--config", path)
    assert outcome.status == 3
    assert outcome.err.startswith(f"{path}:{line}: ")
    assert fragment in outcome.err


def test_bytes_that_are_no_text_are_refused(trifid, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_bytes(bytes(range(128, 256)))
    assert trifid("config", "check", "--config", path).status == 3


def test_a_missing_file_is_named(trifid):
    outcome = trifid("config", "show", "--config", "/nonexistent.yaml")
    assert outcome.status == 3
    assert "/nonexistent.yaml: cannot be read: No such file or directory" in outcome.err


def test_sources_override_each_other(trifid, tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text("kafka:\n  group: file\n  worker: file\n  brokers: [f:1]\n")
    shown = trifid(
        "config", "show", "--json", "--set", "kafka.group=line",
        env={
            "TRIFID_CONFIG": str(path),
            "TRIFID_KAFKA_GROUP": "environment",
            "TRIFID_KAFKA_WORKER": "environment",
            "TRIFID_KAFKA_PROPERTIES": "sasl.password=secret,linger.ms=5",
            "TRIFID_POSTGRES_URL": "postgresql://u:secret@h/d",
        },
    )
    assert shown.status == 0
    assert "secret" not in shown.out + shown.err
    values = shown.json
    assert values["kafka.group"] == {"value": "line", "source": "command line"}
    assert values["kafka.worker"] == {"value": "environment", "source": "TRIFID_KAFKA_WORKER"}
    assert values["kafka.brokers"] == {"value": ["f:1"], "source": f"{path}:4"}
    assert values["kafka.properties"]["value"] == {"linger.ms": "5", "sasl.password": "********"}
    assert values["input.from"] == {"value": "earliest", "source": "default"}


def test_wrong_overrides_name_their_source(trifid):
    outcome = trifid("config", "check", "--set", "batch.alrts=5", "--set", "x", env={"TRIFID_BATCH_WAIT": "soon"})
    assert outcome.status == 3
    assert "TRIFID_BATCH_WAIT: batch.wait: 'soon' is not a time span" in outcome.err
    assert "command line: batch.alrts: there is no such key; did you mean batch.alerts?" in outcome.err
    assert "command line: 'x' is not KEY=VALUE" in outcome.err


def test_a_variable_without_a_key_is_a_warning(trifid):
    outcome = trifid("config", "check", env={"TRIFID_KAFKA_BROKER": "x:1"})
    assert outcome.status == 0
    assert "did you mean TRIFID_KAFKA_BROKERS?" in outcome.err


@pytest.mark.parametrize("url", ["foo:secret", "ftp://u:secret@h", "http://u:se#secret@h", "http://h/?key=secret"])
def test_a_registry_that_is_none_is_refused_and_not_repeated(trifid, url):
    outcome = trifid("decode", "--registry", url, "x.avro")
    assert outcome.status == 2 and "--registry: the URL" in outcome.err
    assert "secret" not in outcome.err


@pytest.mark.parametrize("url", ["postgresql://u:p%zz@h/db", "postgresql:///db?nosuch=1", "postgresql://[::1/db",
                                 "postgresql://u:secret@h:99999/db", "postgresql://u:secret/x@h/db"])
def test_a_database_that_libpq_refuses_is_refused_and_not_repeated(trifid, url):
    for words in (["config", "check"], ["config", "show"], ["audit", "--set", "input.topics=t"]):
        outcome = trifid(*words, env={"TRIFID_POSTGRES_URL": url})
        assert outcome.status == 3, words
        assert "TRIFID_POSTGRES_URL: postgres.url: the value has" in outcome.err
        assert "secret" not in outcome.out + outcome.err and "nosuch" not in outcome.err


@pytest.mark.parametrize("pattern, words", [("^ztf(?!_)", "input.topics"), ("^(?i)ztf", "[zZ]"), (r"^ztf\d+", "[0-9]")])
def test_a_pattern_is_checked_in_the_dialect_that_is_used(trifid, pattern, words):
    outcome = trifid("config", "check", "--set", f"input.pattern={pattern}")
    assert outcome.status == 3 and "POSIX extended" in outcome.err and words in outcome.err


def test_sasl_without_a_mechanism_says_what_is_missing(trifid):
    outcome = trifid("config", "check", "--set", "kafka.properties=security.protocol=SASL_PLAINTEXT")
    assert outcome.status == 3 and "set sasl.mechanism too" in outcome.err


def test_an_error_of_the_database_is_one_line(trifid):
    outcome = trifid("audit", "--set", "input.topics=t", "--set", "postgres.url=host=/nowhere dbname=d")
    assert outcome.status == 4 and len(outcome.err.splitlines()) == 1
