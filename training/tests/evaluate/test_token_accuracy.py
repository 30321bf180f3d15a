import math

import pytest
import torch

from training.evaluate.held_out import held_out_holes
from training.evaluate.token_accuracy import CANVAS, PREFIX, RATIOS, SUFFIX, load, masks, token_accuracy, token_scores
from training.model.architecture import EOM, MASK
from training.model.reference import Reference
from training.tests.evaluate.test_held_out import write_shard


@pytest.fixture(scope="module")
def holes(tmp_path_factory, tiny):
    return held_out_holes(write_shard(tmp_path_factory.mktemp("tokens") / "val.jsonl"), tiny.tokenizer, 2)


@pytest.fixture(scope="module")
def scores(tiny, holes):
    return dict(token_scores(tiny.encoder, tiny.denoiser, tiny.tokenizer, holes))


def slow_scores(tiny, hole, k):
    """One row after the other, each from a canvas of its own."""
    reference, tokenizer = Reference(tiny.encoder, tiny.denoiser), tiny.tokenizer
    before = tokenizer.encode(hole.prefix)
    healed = hole.prefix[before.offsets[-1][0] :]
    middle = tokenizer.encode(healed + hole.middle).ids
    suffix = tokenizer.encode(hole.suffix).ids[:SUFFIX]
    truth = [*middle, *[EOM] * CANVAS][:CANVAS]
    masked = masks(middle)[k].tolist()
    canvas = [MASK if hidden else token for hidden, token in zip(masked, truth, strict=True)]
    log_p = reference.denoise(before.ids[:-1][-PREFIX:], suffix, canvas)
    out = []
    for i, token in enumerate(truth[: len(middle) + 1]):
        if canvas[i] == MASK:
            out.append([i, int(log_p[i].argmax() == token), -float(log_p[i, token])])
    return out


@pytest.mark.parametrize("k", [1, 3, 5])
def test_scores_are_those_of_single_rows(tiny, holes, scores, k):
    fitting = [hole for hole in holes if scores[hole.id]]
    assert len(fitting) > 10
    for hole in fitting[::3]:
        expected = slow_scores(tiny, hole, k)
        assert [each[:2] for each in scores[hole.id][k]] == [each[:2] for each in expected]
        assert [each[2] for each in scores[hole.id][k]] == pytest.approx([each[2] for each in expected], abs=1e-4)


def test_all_but_the_tail_counts_where_all_is_masked(tiny, holes, scores):
    left_out = 0
    for hole in holes:
        before = tiny.tokenizer.encode(hole.prefix)
        length = len(tiny.tokenizer.encode(hole.prefix[before.offsets[-1][0] :] + hole.middle).ids)
        if length >= CANVAS:
            assert scores[hole.id] is None
            left_out += 1
        else:
            assert [each[0] for each in scores[hole.id][-1]] == list(range(length + 1))
    assert 0 < left_out < len(holes) / 2


def test_masks_hide_the_share_they_say():
    assert masks([20, 21]).sum(1).tolist() == [round(ratio * CANVAS) for ratio in RATIOS]
    assert torch.equal(masks([20, 21]), masks([20, 21])) and not torch.equal(masks([20, 21]), masks([20, 22]))


def test_means_by_ratio_and_position():
    """Two holes drawn by hand: position, right, nats."""
    first = [[], [], [], [], [], [[0, 1, 1.0], [1, 0, 2.0]]]
    second = [
        [[3, 1, 0.5]],
        [],
        [],
        [],
        [],
        [[0, 0, 3.0], [1, 1, 1.0], [2, 1, 0.0], [3, 0, 1.0], [4, 1, 2.0], [5, 0, 4.0]],
    ]
    table = token_accuracy([first, None, second])
    assert table["holes"] == 2
    assert table["ratio"]["0.1"] == {"accuracy": 1.0, "loss": 0.5, "count": 1}
    assert table["ratio"]["0.25"] == {"accuracy": None, "loss": None, "count": 0}
    assert table["ratio"]["1.0"] == {"accuracy": 0.5, "loss": 14 / 8, "count": 8}
    assert table["position"]["0"] == {"accuracy": 0.5, "loss": 2.0, "count": 2}
    assert table["position"]["4-7"] == {"accuracy": 0.5, "loss": 3.0, "count": 2}
    assert table["position"]["8-15"]["count"] == 0


def test_a_random_model_knows_nothing(scores):
    table = token_accuracy(scores.values())
    assert table["ratio"]["1.0"]["accuracy"] < 0.1 and table["ratio"]["1.0"]["loss"] > math.log(512) * 0.8


def test_what_must_be_given():
    with pytest.raises(ValueError, match="--model, or both"):
        load(gguf="base.gguf")
