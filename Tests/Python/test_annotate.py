"""`trifid annotate`: files in, one JSON object a record out."""

import json
import math

import pytest


def comparable(document):
    """Without the times at which stages were done."""
    return {name: value for name, value in document.items() if name != "timestamps"}


def same(first, second, tolerance, path=""):
    if isinstance(first, dict):
        assert first.keys() == second.keys(), path
        for name in first:
            same(first[name], second[name], tolerance, f"{path}.{name}")
    elif isinstance(first, list):
        assert len(first) == len(second), path
        for index, (one, other) in enumerate(zip(first, second)):
            same(one, other, tolerance, f"{path}[{index}]")
    elif isinstance(first, float) and isinstance(second, float):
        assert math.isclose(first, second, rel_tol=tolerance, abs_tol=tolerance), f"{path}: {first} and {second}"
    else:
        assert first == second, f"{path}: {first} and {second}"


@pytest.fixture(scope="module")
def annotate(trifid, model):
    return lambda *words: trifid("annotate", "--model", model, *words)


def test_one_object_a_record_in_order(annotate, alerts):
    files = [*alerts.of("ztf/packets")[:20], alerts.of("ztf/bulk")[0], *alerts.of("lsst/packets")[:10],
             *alerts.of("lsst/wire_confluent")]
    outcome = annotate("--schemas", alerts.schemas, *files)
    assert (outcome.status, outcome.err) == (0, "")
    documents = outcome.lines
    entries = alerts.identities(*files)
    assert [(d["survey"], d["alertId"], d["objectId"]) for d in documents] == [
        (entry.survey, str(entry.alert), entry.object) for entry in entries
    ]
    for document in documents:
        assert "untrained" in document["flags"]
        assert document["classifications"][0]["state"] == "untrained"
        assert document["classifications"][0]["decision"] is None
        assert document["input"] is None and document["asOf"] is None
        assert document["revision"] == 0


def test_without_a_model_the_shipped_one_answers(trifid, alerts):
    outcome = trifid("annotate", alerts.of("ztf/packets")[0])
    assert (outcome.status, outcome.err) == (0, "")
    answer = outcome.json["classifications"][0]
    assert answer["classifier"] == "sky" and answer["state"] == "trained"
    assert "untrained" not in outcome.json["flags"] and outcome.json["neighbours"]
    assert abs(sum(answer["probabilities"][node] for node in ("transient", "variable-star", "AGN")) - 1) < 1e-4


def near(source, *names):
    """The distances of a packet's candidate that are known."""
    return [source[name] for name in names if source.get(name) is not None and source[name] >= 0]


def test_what_may_have_moved_is_not_decided(trifid, alerts):
    files = alerts.of("ztf/bulk")
    outcome = trifid("annotate", *files)
    assert outcome.status == 0
    answers = {answer["alertId"]: answer for answer in outcome.lines}
    lonely = known = sure = 0
    bodies = []
    for _, packet in alerts.packets(*files):
        answer, own = answers[str(packet["candid"])], packet["candidate"]
        is_unconfirmed = "unconfirmed" in answer["flags"]
        classes = answer["classifications"][0]
        if is_unconfirmed:
            assert classes["decision"] is None
            sure += classes["probabilities"]["supernova"] > 0.9
        seen = [row for row in packet["prv_candidates"] or [] if row.get("magpsf") is not None]
        if answer["solarSystemObject"] is not None:
            bodies.append(is_unconfirmed)
        age = own["jd"] - own["jdstarthist"] if own.get("jdstarthist") else None
        sources = near(own, "distnr", "distpsnr1", "distpsnr2", "distpsnr3", "neargaia")
        if not seen and (age is None or age < 0.4) and all(distance > 5 for distance in sources):
            lonely += 1
            assert is_unconfirmed, packet["candid"]
        if age is not None and age > 1 or any(distance < 1.4 for distance in near(own, "distnr", "distpsnr1")):
            known += 1
            assert not is_unconfirmed, packet["candid"]
    # Bodies that no catalogue has, artefacts and new transients alike: surely called supernovae, were they decided.
    assert lonely > 100 and known > 1000 and sure > 100
    # Known bodies, were they not known: few pass for something that stays.
    assert len(bodies) > 100 and sum(bodies) / len(bodies) > 0.8, (len(bodies), sum(bodies))


def test_where_none_is_shipped_an_untrained_one_answers(trifid, alerts, tmp_path, bare_home):
    variables = {"XDG_CACHE_HOME": str(tmp_path), "TRIFID_HOME": bare_home}
    outcome = trifid("annotate", alerts.of("ztf/packets")[0], env=variables)
    assert outcome.status == 0
    assert "untrained" in outcome.json["flags"]


def test_an_unreadable_file_is_told_and_the_rest_goes_on(annotate, alerts, tmp_path):
    good = alerts.of("ztf/packets")[:3]
    bad = tmp_path / "bad.avro"
    bad.write_bytes(good[0].read_bytes()[:20000])
    outcome = annotate(good[0], bad, good[1], tmp_path / "missing.avro", good[2])
    assert outcome.status == 1
    first, second = outcome.err.splitlines()
    assert str(bad) in first and "missing.avro" in second
    assert [document["objectId"] for document in outcome.lines] == [entry.object for entry in alerts.identities(*good)]


def test_the_same_again_is_the_same(annotate, alerts):
    files = alerts.of("ztf/packets")[:12]
    first, second = annotate(*files), annotate(*files)
    assert [comparable(d) for d in first.lines] == [comparable(d) for d in second.lines]


def test_an_answer_does_not_depend_on_its_company(annotate, alerts):
    many = alerts.of("ztf/packets") + alerts.of("lsst/packets")
    together = {d["alertId"]: d for d in annotate(*many).lines}
    for path in (many[0], many[17], many[60], many[120], many[200], many[257]):
        alone = annotate(path).json
        same(comparable(alone), comparable(together[alone["alertId"]]), 1e-5)


def test_the_packet_decides_not_its_file(annotate, alerts):
    """186 alerts stand in packets/ with cutouts and in bulk/ without: the answers agree."""
    path = alerts.of("ztf/packets")[0]
    name = path.name.split("_")[1]
    packet = annotate(path).json
    assert packet["alertId"] == name
    bulk = [json.loads(line) for line in annotate(*alerts.of("ztf/bulk")).out.splitlines() if name in line]
    same(comparable(packet), comparable(next(d for d in bulk if d["alertId"] == name)), 1e-5)


def test_a_refused_model_is_a_refusal(trifid, alerts, model, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    weights = folder / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-5] ^= 1
    weights.write_bytes(data)
    outcome = trifid("annotate", "--model", folder, alerts.of("ztf/packets")[0])
    assert outcome.status == 3
    assert "weights.safetensors" in outcome.err and "SHA-256" in outcome.err
    missing = trifid("annotate", "--model", tmp_path / "none", alerts.of("ztf/packets")[0])
    assert missing.status == 3
    assert str(tmp_path / "none") in missing.err


@pytest.mark.parametrize("home", ["", "/proc/nowhere", None])
def test_without_a_home_it_goes_on(trifid, alerts, tmp_path, home, bare_home):
    """The untrained model is made in a temporary folder then, and the folder is gone afterwards."""
    variables = {"HOME": home or "", "XDG_CACHE_HOME": "", "TMPDIR": str(tmp_path), "TRIFID_HOME": bare_home}
    if home is None:
        (tmp_path / "file").write_text("")
        variables["XDG_CACHE_HOME"] = str(tmp_path / "file")
    outcome = trifid("annotate", alerts.of("ztf/packets")[0], env=variables)
    assert (outcome.status, outcome.err) == (0, "")
    assert len(outcome.lines) == 1
    assert [path.name for path in tmp_path.iterdir()] in ([], ["file"])
