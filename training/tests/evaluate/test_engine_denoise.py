import shutil

import pytest

from training.evaluate.corrupted_selections import CorruptedSelection
from training.evaluate.engine_denoise import denoise, in_characters
from training.evaluate.engine_fill import CLI, EngineError
from training.tests.conftest import TINY

needs_engine = pytest.mark.skipif(
    not CLI.is_file() or not shutil.which("node"), reason="needs the engine: `npm run build` makes dist/cli.cjs"
)


def selection(name, text):
    return CorruptedSelection(name, "judge", "p", "python", "def f(a):\n", text, "    return a\n", text, ())


def test_offsets_count_characters():
    change = {"start": 3, "end": 5, "text": "x"}
    assert in_characters(change, "a🙂bcd") == {"start": 2, "end": 4, "text": "x"}
    assert in_characters(change, "abcdef") == change
    assert in_characters({"start": 1, "end": 3, "text": ""}, "a🙂") == {"start": 1, "end": 2, "text": ""}


@needs_engine
def test_changes_make_the_text():
    texts = ["    a = '🙂' + b\n    c = '🙂'\n", "    b = a * 2\n", "    d = 1\n"]
    asked = [selection(str(i), text) for i, text in enumerate(texts)]
    answers = list(denoise(TINY / "int8", asked, 1, 4, asked={"temperature": 1}))
    assert [name for name, _ in answers] == ["0", "1", "2"]
    for (_, answer), text in zip(answers, texts, strict=True):
        made, at = "", 0
        for change in answer["changes"]:
            assert text[change["start"] : change["end"]] == change["before"]
            made += text[at : change["start"]] + change["text"]
            at = change["end"]
        assert answer["text"] == made + text[at:]
        assert answer["ms"] > 0 and isinstance(answer["refused"], list)


@needs_engine
def test_what_the_engine_refuses_is_an_error():
    with pytest.raises(EngineError, match="refused long"):
        list(denoise(TINY / "int8", [selection("long", "x" * 20_001)], 1, 4))
