import pytest

from training.evaluate.autoregressive import complete
from training.evaluate.corrupted_selections import CorruptedSelection, Fault
from training.evaluate.encoder_ranks import encoder_ranks, token_place
from training.evaluate.healing import Healing
from training.evaluate.least_likely_line import least_likely_line, refilled, token_log_probs

PREFIX = "export function add(left: number, right: number) {\n"
TEXT = "  const sum = left + right;\n\n    return sum;\n"


def selection(text, faults=()):
    return CorruptedSelection("a", "judge", "p", "typescript", PREFIX, text, "}\n", text, tuple(faults))


def test_log_probabilities_are_those_of_the_reference(tiny, reference):
    found = token_log_probs(tiny.encoder, tiny.tokenizer, PREFIX, TEXT)
    encoded = tiny.tokenizer.encode(PREFIX + TEXT)
    first = len(encoded.ids) - len(found)
    assert encoded.offsets[first - 1][0] < len(PREFIX) <= encoded.offsets[first][0] and found[-1][0][1] == len(TEXT)
    for i, ((start, end), log_p) in enumerate(found):
        assert (start + len(PREFIX), end + len(PREFIX)) == encoded.offsets[first + i]
        ids = encoded.ids[: first + i]
        assert log_p == pytest.approx(float(reference.encoder_log_probs(ids)[encoded.ids[first + i]]), abs=1e-9)


def test_the_line_with_the_least_mean(tiny):
    lines = TEXT.splitlines(keepends=True)
    chosen = [_checked_least_line(tiny, "".join(order)) for order in (lines, lines[::-1], [*lines[2:], *lines[:1]])]
    assert len(set(chosen)) > 1, "of these, the first is not always the least likely one"


def _checked_least_line(tiny, text):
    by_line = {line: [] for line, each in enumerate(text.split("\n")) if each.strip()}
    for (start, end), log_p in token_log_probs(tiny.encoder, tiny.tokenizer, PREFIX, text):
        line = text.count("\n", 0, end - 1 if text[start:end].strip() else start)
        if line in by_line:
            by_line[line].append(log_p)
    least = min(by_line, key=lambda line: sum(by_line[line]) / len(by_line[line]))
    start, end = least_likely_line(tiny.encoder, tiny.tokenizer, PREFIX, text)
    assert text[start:end] == text.split("\n")[least].strip()
    return least


def test_it_is_written_anew_behind_its_indentation(tiny):
    healing = Healing(tiny.tokenizer)
    start, end = least_likely_line(tiny.encoder, tiny.tokenizer, PREFIX, TEXT)
    ((name, answer),) = refilled(tiny.encoder, healing, [selection(TEXT)])
    written, _ = complete(tiny.encoder, healing, PREFIX + TEXT[:start], "", "rest")
    assert name == "a" and answer["text"] == TEXT[:start] + written + TEXT[end:]
    assert answer["changes"] == [{"start": start, "end": end, "before": TEXT[start:end], "text": written}]
    assert "\n" not in written


def test_rank_of_the_right_token(tiny, reference):
    at = TEXT.index("+")
    faults = [Fault("operator", at, at + 1, "-", "+", True), Fault("literal", 0, 0, "", "x", False)]
    wrong = TEXT[:at] + "-" + TEXT[at + 1 :]
    asked = selection(wrong, faults)
    ids, right = token_place(tiny.tokenizer, asked, faults[0])
    assert (PREFIX + wrong).startswith(tiny.tokenizer.decode(ids)) and tiny.tokenizer.decode([right]).strip() == "+"
    log_p = reference.encoder_log_probs(ids)
    rank = 1 + int((log_p > log_p[right]).sum())
    assert list(encoder_ranks(tiny.encoder, tiny.tokenizer, [asked])) == [("a", [rank, None])]
