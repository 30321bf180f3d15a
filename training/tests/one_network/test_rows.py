import random
from collections import Counter
from dataclasses import replace

import pytest
import torch

from training.model.architecture import EOM, FILENAME, MASK, START, SUFFIX
from training.model.one_network import TRUNK_POSITION
from training.model.who_sees_whom import CANVAS, CAUSAL, PAD, SUFFIX_ROW, TRUNK
from training.one_network.config import Block, CanvasSize
from training.one_network.noise import canvas_copies
from training.one_network.passes import Packed
from training.one_network.rows import DENOISE, READ, WRITE, lay_out
from training.tests.one_network.conftest import CONFIG, batch_of, new_network


def pair(q, kv):
    """What kinds of rows these are, in words; (kind, hole, index) each."""

    def name(kind):
        return {TRUNK: "trunk", SUFFIX_ROW: "suffix", CAUSAL: "causal"}.get(kind, "canvas")

    where = "" if TRUNK in (q[0], kv[0]) else " of its hole" if q[1] == kv[1] else " of another hole"
    if "canvas" == name(q[0]) == name(kv[0]) and q[1] == kv[1]:
        where = " of its copy" if q[0] == kv[0] else " of another copy"
    return f"{name(q[0])} sees {name(kv[0])}{where}"


def allowed(q, kv, window, behind):
    """Whether row q may see row kv, said once more; `behind` {(hole, copy's kind): tokens written before it}."""
    (kind_q, hole_q, index_q), (kind_kv, hole_kv, index_kv) = q, kv
    if kind_kv == TRUNK:
        if kind_q == TRUNK:
            return index_kv <= index_q
        return kind_q != SUFFIX_ROW and index_kv < window.holes[hole_q - 1].cut - 1
    if hole_q != hole_kv:
        return False
    if kind_kv == SUFFIX_ROW:
        return kind_q != SUFFIX_ROW or index_kv <= index_q
    if kind_kv == CAUSAL:
        if kind_q == CAUSAL:
            return index_kv <= index_q
        return kind_q >= CANVAS and index_kv < behind[hole_q, kind_q]
    return kind_q == kind_kv


@pytest.mark.parametrize("number", [0, 2], ids=["short holes", "long holes"])
def test_no_row_sees_what_it_must_not(tiny, windows, number):
    """Every row is changed, and every other one watched: it changes if it may see that row, and else not at all."""
    batch, window = {name: tensor[number : number + 1] for name, tensor in windows[0].items()}, windows[1][number]
    network = new_network(tiny, 4).double()
    rows = [tuple(int(batch[name][0, r]) for name in ("kind", "hole", "index")) for r in range(CONFIG.rows)]
    behind = {(hole, kind): int(batch["causal_limit"][0, r]) for r, (kind, hole, _) in enumerate(rows)}
    present = [r for r, row in enumerate(rows) if row[0] != PAD]
    packed, everything = Packed(1, CONFIG.rows, "cpu"), torch.ones(1, CONFIG.rows, dtype=torch.bool)
    every_row = torch.arange(CONFIG.rows)[None]

    @torch.no_grad()
    def hidden(changed=None):
        ids = batch["ids"].clone()
        if changed is not None:
            ids[0, changed] = MASK + 1 + (ids[0, changed] + 5) % 400
        return packed(network, batch | {"ids": ids, "row": every_row}, everything)

    before, seen = hidden(), Counter()
    for kv in present:
        moved = (hidden(kv) != before).any(-1)
        for q in present:
            expected = q == kv or allowed(rows[q], rows[kv], window, behind)
            assert bool(moved[q]) == expected, (pair(rows[q], rows[kv]), rows[q], rows[kv])
            seen[pair(rows[q], rows[kv]), expected] += 1
    kinds = ("trunk", "suffix", "causal", "canvas")
    names = {said for said, _ in seen}
    for q in kinds:
        for kv in kinds:
            assert any(said.startswith(f"{q} sees {kv}") for said in names)
    for said in ("trunk sees trunk", "causal sees trunk", "canvas sees trunk", "canvas sees causal of its hole"):
        assert seen[said, True] and seen[said, False]  # some and not others
    for said in ("trunk sees suffix", "trunk sees causal", "trunk sees canvas", "suffix sees trunk"):
        assert not seen[said, True]
    for said in (
        "canvas sees canvas of another copy",
        "causal sees canvas of its hole",
        "suffix sees causal of its hole",
    ):
        assert not seen[said, True] and seen[said, False]
    assert seen["canvas sees canvas of its copy", True] and not seen["canvas sees canvas of its copy", False]


def test_rows_stand_where_they_will_when_a_hole_is_filled(windows):
    batch, drawn = windows
    for b, window in enumerate(drawn):
        rows = {name: tensor[b] for name, tensor in batch.items()}
        trunk = rows["kind"] == TRUNK
        assert rows["ids"][trunk].tolist() == window.trunk and window.trunk[0] == START
        assert rows["positions"][trunk].tolist() == [TRUNK_POSITION + i for i in range(len(window.trunk))]
        for number, hole in enumerate(window.holes, 1):
            own, place = rows["hole"] == number, TRUNK_POSITION + hole.cut - 1
            suffix, causal = own & (rows["kind"] == SUFFIX_ROW), own & (rows["kind"] == CAUSAL)
            assert rows["ids"][suffix].tolist() == hole.suffix and hole.suffix[0] == SUFFIX
            assert rows["positions"][suffix].tolist() == list(range(len(hole.suffix)))
            # Row 0 is the trunk's last token before the hole once more.
            assert rows["ids"][causal].tolist() == [window.trunk[hole.cut - 1], *hole.middle]
            assert rows["positions"][causal].tolist() == [place + i for i in range(len(hole.middle) + 1)]
            for k in range(window.block.copies):
                copy = own & (rows["kind"] == CANVAS + k)
                written = int(rows["causal_limit"][copy][0])
                assert rows["ids"][copy][0] == [window.trunk[hole.cut - 1], *hole.middle][written]
                assert rows["positions"][copy].tolist() == [place + written + c for c in range(int(copy.sum()))]


def test_predictions_are_of_the_tokens_that_come_next(windows):
    batch, drawn = windows
    for b, window in enumerate(drawn):
        rows = {name: tensor[b] for name, tensor in batch.items()}
        written = {number: [] for number in range(1, len(window.holes) + 1)}
        for row, target, weight, left, stream in zip(
            *(rows[name].tolist() for name in ("row", "target", "weight", "horizon", "stream")), strict=True
        ):
            kind, number, index = (int(rows[name][row]) for name in ("kind", "hole", "index"))
            if stream == READ:
                assert kind == TRUNK and target == window.trunk[row + 1] != FILENAME
                assert (weight, left) == (CONFIG.trunk_weight, -1)
            elif stream == WRITE:
                middle = window.holes[number - 1].middle
                assert kind == CAUSAL and target == [*middle, EOM][index] and weight == CONFIG.write_weight
                assert left == pytest.approx((len(middle) - index) / max(1, len(middle)))
                written[number].append(index)
            elif stream == DENOISE:
                middle, at = window.holes[number - 1].middle, index + int(rows["causal_limit"][row])
                assert kind >= CANVAS and target == (middle[at] if at < len(middle) else EOM)
                assert rows["ids"][row + 1] == MASK and weight == CONFIG.canvas_weight and left == -1
            else:
                assert weight == 0
        assert all(sorted(each) == list(range(len(window.holes[n - 1].middle) + 1)) for n, each in written.items())


def test_too_many_predictions_are_drawn_from(windows):
    rows = lay_out(windows[1][0], replace(CONFIG, predictions=20), random.Random(0))
    assert len(rows["row"]) == 20 and set(rows["stream"].tolist()) <= {WRITE, DENOISE}
    assert len(set(zip(rows["row"].tolist(), rows["stream"].tolist(), strict=True))) == 20


def test_weights_of_nothing_leave_it_out(windows):
    batch = batch_of(windows[1], replace(CONFIG, trunk_weight=0.0))
    assert READ not in batch["stream"].unique().tolist()


def test_canvases_are_noised_as_a_fill_meets_them():
    block = Block(1, 1, 4, 16, (CanvasSize(4, 0.5), CanvasSize(12, 0.5)), 3)
    middle, rng, seen = list(range(20, 28)), random.Random(0), Counter()
    for _ in range(2000):
        first, second, third = copies = canvas_copies(middle, block, rng)
        for copy in copies:
            size = len(copy.tokens)
            assert size in (4, 12) and 0 <= copy.behind <= len(middle) and len(copy.masked) == size
            assert copy.tokens == ([*middle[copy.behind :], *[EOM] * 12])[:size]
            pairs = zip(copy.tokens, copy.masked, copy.shown, strict=True)
            assert all(shown == (MASK if masked else token) for token, masked, shown in pairs)
        seen["empty"] += all(first.masked)
        seen["at the hole"] += first.behind == 0
        complement = second.tokens == first.tokens and all(
            a != b for a, b in zip(first.masked, second.masked, strict=True)
        )
        seen["complement"] += complement and not all(first.masked)
        half = len(third.masked) // 2
        seen["early"] += sum(third.masked[:half])
        seen["late"] += sum(third.masked[half:])
    assert 0.5 < seen["empty"] / 2000 < 0.65 and 0.68 < seen["at the hole"] / 2000 < 0.78
    assert 0.2 < seen["complement"] / 2000 < 0.3  # half of those whose first copy shows something
    assert seen["late"] > 1.2 * seen["early"]
    assert canvas_copies([], block, rng)[0].behind == 0
