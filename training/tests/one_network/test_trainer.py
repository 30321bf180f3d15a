import random
from dataclasses import replace

import pytest
import torch

from training.model.architecture import EOM, MASK
from training.model.one_network_folder import read_network_folder
from training.model.one_network_reference import NetworkReference
from training.model.one_network_weights import network_of, read_network_weights
from training.one_network.config import Block, CanvasSize
from training.one_network.trainer import NetworkTrainer, rate_at
from training.one_network.windows import draw_window
from training.tests.conftest import TINY_NETWORKS
from training.tests.one_network.conftest import ADAPTERS, CONFIG, batch_of, new_network

WHOLE = Block(1, 3, 10, 12, (CanvasSize(12, 1),), 2)  # a canvas holds any middle and its end


def trainer(tiny, config=CONFIG, checkpoint=None, **how):
    return NetworkTrainer(new_network(tiny, config.rank), config, checkpoint=checkpoint, **how)


def test_eight_holes_are_learned_by_heart_and_filled_exactly(corpus, tiny):
    """Written one token after the other, and denoised from an empty canvas, the most certain token first."""
    config = replace(CONFIG, blocks=(WHOLE,), trunk=64, tail=0.5, micro=3, snippets=0.0, learning_rate=6e-3)
    drawn = [
        draw_window(corpus, corpus.shares(config.mix), tiny.tokenizer, config, random.Random(seed)) for seed in range(3)
    ]
    drawn[2] = replace(drawn[2], holes=drawn[2].holes[:2])
    each = trainer(tiny, config, packed=True)
    for step in range(90):
        each.step(batch_of(drawn, config, step), rate_at(step, step / 90, config))
    scores = each.evaluate([batch_of(drawn, config)])
    assert scores["writeRight"] == scores["canvasRight"] == 1 and scores["write"] < 0.1
    reference = NetworkReference(each.network)
    holes = [(window, hole) for window in drawn for hole in window.holes]
    assert len(holes) == 8
    for window, hole in holes:
        prefix, suffix = window.trunk[1 : hole.cut], hole.suffix[1:]
        written = []
        while not written or (written[-1] != EOM and len(written) < 20):
            written.append(int(reference.write(prefix, suffix, written).argmax()))
        assert written == [*hole.middle, EOM]
        canvas = [MASK] * 12
        while MASK in canvas:
            log_p = reference.distributions(prefix, suffix, [], canvas)
            best = [(float(row.max()), i, int(row.argmax())) for i, row in enumerate(log_p) if canvas[i] == MASK]
            _, at, token = max(best)
            canvas[at] = token
        assert canvas[: len(hole.middle) + 1] == [*hole.middle, EOM]


@pytest.mark.parametrize("config", [CONFIG, ADAPTERS], ids=["all weights", "adapters"])
def test_a_resumed_run_goes_on_alike(tiny, windows, config, tmp_path):
    batch = windows[0] | {"weight": windows[0]["weight"] * (windows[0]["stream"] != 2 if config is ADAPTERS else 1)}
    first = trainer(tiny, config)
    for _ in range(3):
        first.step(batch, 3e-3)
    torch.save(first.state(), tmp_path / "checkpoint.pt")
    second = trainer(tiny, config, torch.load(tmp_path / "checkpoint.pt"))
    assert first.evaluate([batch]) == second.evaluate([batch])
    for each in (first, second):
        for _ in range(2):
            each.step(batch, 1e-3)
    assert all(torch.equal(a, b) for a, b in zip(first.masters, second.masters, strict=True))


def test_adapters_leave_the_base_as_it_is(tiny, windows):
    batch = windows[0] | {"weight": windows[0]["weight"] * (windows[0]["stream"] != 2)}
    each = trainer(tiny, ADAPTERS)
    before = {name: tensor.clone() for name, tensor in each.network.state_dict().items()}
    for _ in range(2):
        each.step(batch, 3e-3)
    after = each.network.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    rows = {"mask_in", "eom_in", "eom_out", "eom_bias"}
    assert changed == rows | {name for name in before if name.startswith("adapters.")}
    assert set(each.weights()) == changed | {"suffix_in"}


def test_all_weights_are_trained(tiny, windows):
    each = trainer(tiny)
    before = [m.clone() for m in each.masters]
    for noise in range(3):
        each.step(batch_of(windows[1], CONFIG, noise), 3e-3)
    assert all((a != b).any() for a, b in zip(before, each.masters, strict=True))
    assert set(each.weights()) == {*each.network.state_dict(), "horizon", "horizon_bias"}


def test_matrices_decay_but_not_the_embedding(tiny):
    each = trainer(tiny)
    decayed = {id(m) for m in each.optimizer.param_groups[0]["params"]}
    names = {name for name, m in zip(each.names, each.masters, strict=True) if id(m) in decayed}
    assert names == {name for name in each.names if name.startswith("blocks.") and "norm" not in name}


def test_a_batch_in_parts_and_packed_rows_are_the_same_batch(tiny, windows):
    one, parts, packed = (
        trainer(tiny, replace(CONFIG, micro=micro), packed=packed)
        for micro, packed in ((4, False), (1, False), (2, True))
    )
    answers = [each.step(windows[0], 1e-3) for each in (one, parts, packed)]
    for scores, norm in answers[1:]:
        torch.testing.assert_close(scores, answers[0][0], rtol=1e-5, atol=0)
        assert norm == pytest.approx(answers[0][1], rel=1e-4)


def test_bf16_passes_are_close(tiny, windows):
    exact, rounded = (
        trainer(tiny, replace(CONFIG, precision=each)).evaluate([windows[0]]) for each in ("fp32", "bf16")
    )
    for name in ("write", "canvas", "trunk"):
        assert rounded[name] == pytest.approx(exact[name], rel=0.01)


def test_weights_make_the_network_again(tiny, windows, tmp_path):
    for config in (CONFIG, ADAPTERS):
        each = trainer(tiny, config)
        batch = windows[0] | {"weight": windows[0]["weight"] * (windows[0]["stream"] != 2)}
        each.step(batch, 1e-2)
        kept = {"model": each.weights(), "kind": config.weights, "rank": config.rank}
        torch.save(kept, tmp_path / "network.pt")
        base = tiny.encoder.architecture, tiny.encoder.state_dict()
        again = network_of(*base, read_network_weights(tmp_path / "network.pt")).state_dict()
        for name, tensor in each.network.state_dict().items():
            torch.testing.assert_close(again[name], tensor, rtol=0.01, atol=1e-6)  # bf16 where it was trained
            if name not in kept["model"]:
                assert torch.equal(again[name], tensor)


def test_another_one_network_is_a_base_as_well(tiny):
    whole, adapted = (
        read_network_folder(TINY_NETWORKS / kind / "fp32", torch.float32).network for kind in ("all", "adapters")
    )
    again = network_of(whole.architecture, whole.state_dict())
    assert all(torch.equal(tensor, whole.state_dict()[name]) for name, tensor in again.state_dict().items())
    begun = network_of(whole.architecture, whole.state_dict(), rank=4)
    assert torch.equal(begun.eom_out, whole.eom_out) and not any(each["o"].b.any() for each in begun.adapters)
    with pytest.raises(ValueError, match=r"no adapters has no place for the base's adapters\.0\.qkv\.a"):
        network_of(adapted.architecture, adapted.state_dict())
    with pytest.raises(ValueError, match=r"adapters of rank 2 has no place for the base's adapters\.0\.qkv\.a"):
        network_of(adapted.architecture, adapted.state_dict(), rank=2)


def test_the_rate_warms_up_stays_and_falls():
    config = replace(CONFIG, learning_rate=1.0, warmup=10, decay=0.4, final_rate=0.05)
    assert [rate_at(step, 0.0, config) for step in (0, 4, 9, 99)] == pytest.approx([0.1, 0.5, 1.0, 1.0])
    assert [rate_at(99, done, config) for done in (0.6, 0.8, 0.9, 1.0, 1.1)] == pytest.approx(
        [1, 0.5, 0.25, 0.05, 0.05]
    )
    assert rate_at(99, 0.99, replace(config, decay=0.0)) == 1
