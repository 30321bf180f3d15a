import json
import shutil

import pytest

from training.evaluate import decodings
from training.evaluate.decodings import main, read_decodings
from training.evaluate.engine_fill import CLI, OPTIONS
from training.tests.conftest import ROOT, TINY
from training.tests.evaluate.test_held_out import write_shard

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)
WAYS = """
steps = 4
[[decoding]]
name = "as it is"
[[decoding]]
group = "silence"
name = "never sure"
set = { minConfidence = 1 }
[[decoding]]
group = "other requests"
name = "one token"
steps = 1
ask = { max-tokens = 1, temperature = 0.5 }
"""


@needs_engine
def test_ways_are_compared_with_the_first(tmp_path, monkeypatch):
    shard = write_shard(tmp_path / "val.jsonl", packages=2, files=1)
    ways = tmp_path / "ways.toml"
    ways.write_text(WAYS, encoding="utf-8")
    out = tmp_path / "out"
    asked = [str(ways), "--model", str(TINY / "int8"), "--val", str(shard), "--out", str(out), "--holes", "1"]
    main(asked)
    first, silent, short = json.loads((out / "decodings.json").read_text(encoding="utf-8"))["rows"]
    assert first["gained"] == first["lost"] == 0 and first["answered"] > 0
    assert silent["answered"] == 0 and silent["silent"] == silent["complete"] > 0
    assert short["stepsUsed"] <= 1 < first["stepsUsed"] and short["ask"]["max-tokens"] == 1
    text = (out / "decodings.md").read_text(encoding="utf-8")
    assert "## silence" in text and "| never sure | 4 | 0.0 |" in text and str(tmp_path) not in text

    monkeypatch.setattr(decodings, "filled", pytest.fail)
    ways.write_text(WAYS.replace("never sure", "as it is"), encoding="utf-8")
    with pytest.raises(SystemExit, match="two decodings called as it is"):
        main(asked)


def test_the_ways_of_the_file_are_options_that_exist():
    ways = read_decodings(ROOT / "training" / "evaluate" / "decodings.toml")
    assert ways[0].set == {} and ways[0].ask == {}, "what the others are compared with is what ships"
    assert {name for way in ways for name in way.set} <= set(OPTIONS)
    assert {"characterPrior", "bySteps"} < set(OPTIONS) and "calibration" not in OPTIONS


def test_a_way_without_a_name_is_refused(tmp_path):
    (tmp_path / "ways.toml").write_text("steps = 4\n[[decoding]]\nset = {}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="`name` in every"):
        read_decodings(tmp_path / "ways.toml")
