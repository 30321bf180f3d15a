import json
import shutil

import pytest

from training.evaluate.engine_fill import CLI
from training.evaluate.fill_scores import kept_characters
from training.evaluate.steps_curve import curve_row, main, pass_counts
from training.tests.conftest import TINY
from training.tests.evaluate.test_held_out import write_shard

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)


def test_kept_characters_are_the_right_beginning():
    assert kept_characters("return x\n", "return y") == 7
    assert kept_characters("return x", "return x  \n") == 8
    assert kept_characters("return x", "") == 0


def entry(kept, begins, ms=10.0, **passes):
    scores = {"exact": begins, "beginsRight": begins, "similarity": begins, "kept": kept}
    return {"ms": ms, "steps": 1, "passes": passes, **scores}


def test_a_row_is_compared_with_the_first_hole_by_hole():
    complete = {"ms": 50.0, "steps": 1, "passes": {"rank": 2}, "silent": True}
    first = [entry(2, 0.0, denoise=1), entry(5, 1.0, denoise=1), complete]
    row = curve_row([entry(4, 1.0, denoise=3), entry(5, 1.0, denoise=1), complete], first)
    assert (row["missing"], row["complete"], row["silent"]) == (2, 1, 1)
    assert row["kept"] == 4.5 and row["keptMore"] == 1.0 and row["beginsRightMore"] == 0.5
    low, high = row["keptMoreInterval"]
    assert low == 0.0 and high == 2.0, "of two holes, one with 2 more"
    assert row["ms"] == pytest.approx(70 / 3) and row["msMedian"] == 10
    assert row["passes"] == {"denoise": 4 / 3, "rank": 2 / 3}


def test_passes_are_counts_by_kind_or_one_number():
    assert pass_counts({"denoise": {"count": 2, "ms": 5.5}}) == {"denoise": 2}
    assert pass_counts(4) == {"all": 4} and pass_counts(None) == {}


@needs_engine
def test_the_curve_is_measured_and_written(tmp_path):
    shard = write_shard(tmp_path / "val.jsonl", packages=2, files=1)
    asked = ["--model", str(TINY / "int8"), "--val", str(shard), "--out", str(tmp_path / "out"), "--holes", "1"]
    main([*asked, "--steps", "1,4", "--threads", "1"])
    result = json.loads((tmp_path / "out" / "steps.json").read_text(encoding="utf-8"))
    one, four = result["rows"]
    assert (one["steps"], four["steps"]) == (1, 4) and one["stepsUsed"] <= 1 < four["stepsUsed"]
    assert one["keptMore"] == 0 and sum(one["passes"].values()) > 0
    assert one["msInterval"][0] <= one["ms"] <= one["msInterval"][1]
    text = (tmp_path / "out" / "steps.md").read_text(encoding="utf-8")
    assert "| steps | ms, mean |" in text and str(tmp_path) not in text
