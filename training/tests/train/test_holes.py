import random

from training.model.architecture import EOM, START
from training.tests.conftest import SHAPE, TEXT
from training.train.holes import collate, cut_holes


def windows_of(tokenizer, count=60):
    rng = random.Random(0)
    drawn = (cut_holes(TEXT[rng.randrange(2000) :], "typescript", tokenizer, rng, SHAPE) for _ in range(count))
    return [window for window in drawn if window]


def test_window_and_middle_and_suffix_are_one_text(tiny):
    windows = windows_of(tiny.tokenizer)
    assert len(windows) > 50
    inside_a_token = beyond_ascii = at_the_start = 0
    for ids, holes in windows:
        assert ids[0] == START and len(ids) <= SHAPE.window and len(holes) == SHAPE.holes
        for hole in holes:
            assert hole.suffix[0] == START and len(hole.suffix) <= SHAPE.suffix
            assert 0 < hole.cut <= len(ids) and 0 < len(hole.middle) < SHAPE.canvas
            parts = [tiny.tokenizer.decode(part) for part in (ids[1 : hole.cut], hole.middle, hole.suffix[1:])]
            assert "\ufffd" not in parts[0] + parts[1]
            text = "".join(parts).rstrip("\ufffd")  # the suffix may be cut off within a character
            assert text in TEXT
            beyond_ascii += not parts[1].isascii()
            at_the_start += hole.cut < 12
            after = hole.middle + hole.suffix[1:]
            inside_a_token += tiny.tokenizer.encode(tiny.tokenizer.decode(after)).ids != after
    assert beyond_ascii > 0 and at_the_start > 0
    assert inside_a_token > 0  # cut at characters: some middles end where no token does


def test_a_hole_where_nothing_is_missing_is_its_healed_token(tiny):
    holes = [hole for _, holes in windows_of(tiny.tokenizer, 200) for hole in holes if hole.kind == "nothing"]
    assert len(holes) > 5
    assert all(len(hole.middle) == 1 for hole in holes)


def test_text_that_is_too_short_gives_nothing(tiny):
    assert cut_holes("short", "typescript", tiny.tokenizer, random.Random(0), SHAPE) is None


def test_collated_canvases_end_with_eom(tiny):
    windows = windows_of(tiny.tokenizer, 3)[:2]
    batch = collate(windows, SHAPE)
    assert batch["ids"].shape == (2, SHAPE.window) and batch["canvas"].shape == (2, SHAPE.holes, SHAPE.canvas)
    for b, (ids, holes) in enumerate(windows):
        assert batch["ids"][b, : len(ids)].tolist() == ids
        for h, hole in enumerate(holes):
            length = len(hole.middle)
            assert batch["canvas"][b, h].tolist() == hole.middle + [EOM] * (SHAPE.canvas - length)
            assert batch["suffix"][b, h, : len(hole.suffix)].tolist() == hole.suffix
            numbers = [batch[name][b, h].item() for name in ("cut", "length", "suffix_length")]
            assert numbers == [hole.cut, length, len(hole.suffix)]
