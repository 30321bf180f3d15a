import json
import math
import random
import shutil

import numpy as np
import pytest

from training.evaluate.confidence_calibration import calibrated, confidence_features, fit_calibration
from training.evaluate.engine_fill import CLI
from training.evaluate.fit_worth import chosen_pairs, judged_texts, main, worth
from training.evaluate.held_out import HeldOutHole
from training.evaluate.typed_lines import HALVES, half_of, typed_lines
from training.tests.conftest import TINY
from training.tests.evaluate.test_held_out import write_shard

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)
LOOK = {"any": 1, "wrong": 2}


def test_the_fit_finds_the_function_that_drew_what_is_right():
    truth = {"joint": 1.5, "end": 0.4, "constant": 2.0}
    rng = np.random.default_rng(1)
    features = [confidence_features(float(-rng.exponential(1.5)), float(rng.uniform(0.05, 0.95))) for _ in range(6000)]
    right = [float(rng.random() < calibrated(truth, row)) for row in features]
    found = fit_calibration(features, right, np.ones(len(right)))
    for name, value in truth.items():
        assert found[name] == pytest.approx(value, abs=0.15), name


def test_what_texts_of_one_place_say_weighs_by_place():
    """Ten equal rows of a tenth each are one row."""
    rows, right = [confidence_features(-0.1, 0.9), confidence_features(-3, 0.2)], [1.0, 0.0]
    once = fit_calibration(rows, right, [1.0, 1.0])
    often = fit_calibration(rows[:1] * 10 + rows[1:], [1.0] * 10 + [0.0], [0.1] * 10 + [1.0])
    assert once == pytest.approx(often)


def test_an_end_that_was_not_compared_says_nothing():
    assert confidence_features(-1.0, None) == (-1.0, 0.0, 1.0)
    assert confidence_features(-1.0, 1.0)[1] == pytest.approx(math.log(0.999 / 0.001))


def test_worth_is_what_the_engine_says():
    assert worth(0.5, 8, LOOK) == 0.5 * 8 - 1 - 0.5 * 2
    assert worth(0.83, 1, LOOK) < 0


def test_the_worthiest_text_of_a_place_is_judged_by_a_fit_without_its_package():
    rng = random.Random(1)

    def place(package):
        sure = package != "liar"  # where the model's probabilities mean the contrary
        high = [(confidence_features(-0.1, 0.9), float(sure), 10)] if rng.random() < 0.9 else []
        return package, [*high, (confidence_features(-4.0, 0.1), float(not sure), 20)]

    places = [place(name) for name in ("a", "b", "c", "d", "liar") for _ in range(40)]
    pairs = chosen_pairs([texts for _, texts in places], [package for package, _ in places], LOOK)
    assert pairs and max(chance for chance, _ in pairs) > 0.8
    liars = [(chance, right) for chance, right in pairs if chance > 0.5 and right == 0]
    assert len(liars) > 20, "nothing of the package was known when it was judged"


def test_a_text_is_right_as_far_as_it_goes():
    hole = HeldOutHole("id", "p", "python", "python", "typed", "", "return x", "\n")
    texts = [{"text": "return", "logJoint": -0.5, "share": 0.7}, {"text": "raise", "logJoint": -1.0}]
    assert [(right, length) for _, right, length in judged_texts(hole, texts)] == [(1.0, 6), (0.0, 5)]


def test_typed_lines_are_of_one_half_of_the_packages_and_always_the_same(tmp_path):
    shard = write_shard(tmp_path / "val.jsonl", packages=12, files=2)
    halves = {half: typed_lines(shard, 4, 1, half) for half in HALVES}
    for half, lines in halves.items():
        assert {half_of(line["package"]) for line in lines} == {half}
        assert lines == typed_lines(shard, 4, 1, half) and lines != typed_lines(shard, 4, 2, half)
    files = [json.loads(line) for line in shard.read_text("utf-8").splitlines()]
    texts = {f"{file['package']}/{file['path']}": file["text"] for file in files}
    for line in halves["judged"]:
        assert line["prefix"] + line["line"] + line["suffix"] in texts[line["id"].rsplit(":", 1)[0]]
        assert line["line"] == line["line"].strip() and line["prefix"].split("\n")[-1].strip() == ""


@needs_engine
def test_the_numbers_are_fitted_and_written(tmp_path):
    shard = write_shard(tmp_path / "val.jsonl", packages=12, files=2)
    model = shutil.copytree(TINY / "int8", tmp_path / "model")
    out = tmp_path / "out"
    asked = ["--model", str(model), "--val", str(shard), "--out", str(out), "--lines", "2", "--places", "2"]
    main([*asked, "--holes", "1", "--any", "1", "--wrong", "3", "--write"])
    result = json.loads((out / "worth.json").read_text(encoding="utf-8"))
    assert result["places"]["texts"] > result["places"]["count"] / 2
    assert sum(bin["count"] for bin in result["chosen"]["bins"]) == result["chosen"]["count"]
    recommended = json.loads((model / "manifest.json").read_text(encoding="utf-8"))["recommended"]
    assert recommended["calibration"] == result["calibration"]
    assert recommended["calibration"]["look"] == {"any": 1, "wrong": 3}
    assert str(tmp_path) not in (out / "worth.md").read_text(encoding="utf-8")
