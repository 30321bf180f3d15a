import json
import shutil

import pytest

from training.evaluate import denoise_corruptions
from training.evaluate.denoise_corruptions import default_strength, main, numbers
from training.evaluate.engine_fill import CLI
from training.tests.conftest import ROOT, TINY
from training.tests.evaluate.test_corrupted_selections import write_files

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not (ROOT / "node_modules" / "typescript").is_dir() or not shutil.which("node"),
    reason="needs the engine and TypeScript: `npm ci && npm run build`",
)


@needs_engine
def test_from_files_to_table_and_plot(tmp_path, monkeypatch, capsys):
    shard = write_files(tmp_path / "val.jsonl", packages=8, files=3)
    arguments = ["--model", str(TINY / "int8"), "--val", str(shard), "--out", str(tmp_path / "out")]
    arguments += ["--selections", "8", "--strengths", "0.2,1", "--steps", "1,3", "--threads", "1", "--beside", str(CLI)]
    main(arguments)
    names = ["denoise.md", "denoise.json", "denoise.svg"]
    assert capsys.readouterr().out.split() == [str(tmp_path / "out" / name) for name in names]
    result = json.loads((tmp_path / "out" / "denoise.json").read_text(encoding="utf-8"))
    asked = result["selections"]
    assert asked["faulty"] + asked["clean"] == 8 and result["defaults"]["strength"] == default_strength()
    rows = result["rows"]
    assert [(row["engine"], row["strength"], row["steps"]) for row in rows] == [
        *(("this", strength, steps) for strength in (0.2, 1) for steps in (1, 3)),
        ("before", 0.2, 3),
        ("before", 1, 3),
        ("least likely line", None, None),
    ]
    assert all(row["removed"]["count"] == rows[0]["removed"]["count"] > 0 for row in rows)
    assert [row["ms"] is None for row in rows] == [False] * 6 + [True]
    same = ("removed", "alone", "broken", "changes")
    assert all(rows[1][name] == rows[4][name] for name in same), "it is the same engine"
    assert sum(kind["count"] for kind in rows[0]["kinds"].values()) == rows[0]["removed"]["count"]
    written = "".join((tmp_path / "out" / name).read_text(encoding="utf-8") for name in names)
    assert (
        str(tmp_path) not in written and "| this | 0.2 | 3 |" in written and "| kind | faults | this, 0.2 |" in written
    )

    # A second time nothing is computed again, and the files have the same bytes.
    monkeypatch.setattr(denoise_corruptions, "denoise", lambda *_: pytest.fail("computed again"))
    monkeypatch.setattr(denoise_corruptions, "load", lambda *_: pytest.fail("loaded again"))
    main(arguments)
    assert written == "".join((tmp_path / "out" / name).read_text(encoding="utf-8") for name in names)


def test_options():
    assert numbers("0.1,1", "--strengths", float, 1) == [0.1, 1] and numbers("8,1", "--steps", int, 64) == [8, 1]
    for text, kind, most in (("0", float, 1), ("1.5", float, 1), ("", float, 1), ("1,x", int, 64), ("65", int, 64)):
        with pytest.raises(ValueError, match="write numbers above 0"):
            numbers(text, "--option", kind, most)
    assert 0 < default_strength() <= 1
