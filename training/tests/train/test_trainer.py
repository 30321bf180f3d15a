from dataclasses import replace

import pytest
import torch

from training.model.architecture import EOM, MASK
from training.model.model import Denoiser, Encoder
from training.model.reference import Reference
from training.oracle.sample import Options, sample
from training.tests.conftest import ROOT, noised
from training.train.config import read_config
from training.train.loss import Noise
from training.train.trainer import Trainer, rate_at

CONFIG = read_config(ROOT / "training" / "configs" / "tiny.toml")


def trainer(tiny, config=CONFIG, checkpoint=None):
    """A denoiser that starts as a copy of the encoder's layers."""
    state = {name: tensor.float() for name, tensor in tiny.encoder.state_dict().items()}
    architecture = tiny.encoder.architecture
    return Trainer(Encoder(architecture, state), Denoiser(architecture, state), config, checkpoint=checkpoint)


def test_eight_holes_are_learned_by_heart_and_filled_exactly(tiny, clean_batch):
    """Near-zero loss, then every one of them exactly, one token a step, the most certain one first."""
    canvas = clean_batch["canvas"]
    # 2 windows with 3 holes each, and 2 of them again with another prefix
    more = {name: torch.cat((tensor, tensor.flip(0)[:1])) for name, tensor in clean_batch.items()}
    more["ids"][2, 1:] = more["ids"][2, 1:].roll(5)
    more["cut"][2] = (more["cut"][2] + 3).clamp(max=90)
    holes = [(b, h) for b in range(3) for h in range(3)][:8]
    each = trainer(tiny, replace(CONFIG, ema=0.9))
    generator = torch.Generator().manual_seed(0)
    for step in range(500):
        batch = noised(more, Noise(3, 0, 0.5), generator)
        batch["weight"][2, 2] = 0  # eight holes, not nine
        scores, _ = each.step(batch, rate_at(step, step / 500, CONFIG))
    assert scores[0] / scores[1] < 0.02
    each._show(each.average)
    reference = Reference(each.encoder, each.denoiser)
    options = Options(steps=canvas.shape[-1], entropy_bound=0.0, absorb=False, encoder_mix=0.0)
    for b, h in holes:
        prefix = more["ids"][b, 1 : more["cut"][b, h]].tolist()
        suffix = more["suffix"][b, h, 1 : more["suffix_length"][b, h]].tolist()
        filled = sample(reference, prefix, suffix, [MASK] * canvas.shape[-1], options)
        assert filled.canvas == more["canvas"][b, h].tolist()
        assert all(len(step.commits) == 1 or EOM in step.canvas for step in filled.steps)


def test_the_encoder_stays_as_it_is_and_a_resumed_run_goes_on_alike(tiny, batch, tmp_path):
    first = trainer(tiny)
    before = first.encoder.blocks[0].q.weight.clone()
    for _ in range(5):
        first.step(batch, 3e-3)
    assert torch.equal(first.encoder.blocks[0].q.weight, before)
    torch.save(first.state(), tmp_path / "checkpoint.pt")
    second = trainer(tiny, checkpoint=torch.load(tmp_path / "checkpoint.pt"))
    assert first.evaluate([batch]) == second.evaluate([batch])
    for each in (first, second):
        for _ in range(3):
            each.step(batch, 1e-3)
    for ours, theirs in ((first.masters, second.masters), (first.average, second.average)):
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_a_batch_in_parts_is_the_whole_batch(tiny, batch):
    whole, parts = trainer(tiny, replace(CONFIG, micro=2)), trainer(tiny, replace(CONFIG, micro=1))
    (scores, norm), (scores_of_parts, norm_of_parts) = (each.step(batch, 1e-3) for each in (whole, parts))
    torch.testing.assert_close(scores, scores_of_parts, rtol=1e-5, atol=0)
    assert norm == pytest.approx(norm_of_parts, rel=1e-4)
    for a, b in zip(whole.denoiser.parameters(), parts.denoiser.parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-4, atol=1e-3)


def test_the_average_follows_the_weights_slowly_and_is_what_is_evaluated(tiny, batch):
    each = trainer(tiny, replace(CONFIG, ema=0.5))
    expected = [m.clone() for m in each.masters]
    for update in range(1, 5):
        each.step(batch, 3e-3)
        decay = min(0.5, (1 + update) / (10 + update))
        expected = [decay * old + (1 - decay) * m for old, m in zip(expected, each.masters, strict=True)]
    for ours, theirs in zip(each.average, expected, strict=True):
        torch.testing.assert_close(ours, theirs)
    scores = each.evaluate([batch])
    for name, tensor in each.weights().items():
        torch.testing.assert_close(tensor, dict(zip(each.weights(), expected, strict=True))[name].bfloat16())
    each._show(each.average)
    each.average = [m.clone() for m in each.masters]
    assert each.evaluate([batch]) != scores


def test_master_weights_keep_what_bf16_rounds_away(tiny, batch):
    """Many updates, each too small for a bf16 weight, move it in the end."""
    each = trainer(tiny, replace(CONFIG, precision="bf16", weight_decay=0))
    at = next(i for i, (name, _) in enumerate(each.denoiser.named_parameters()) if name == "blocks.0.norm1")
    shown, master = list(each.denoiser.parameters())[at], each.masters[at]
    assert shown.dtype == torch.bfloat16 and master.dtype == torch.float32
    before, start = shown.clone(), master.clone()
    losses = [each.step(batch, 2e-4)[0][0].item()]
    assert (master != start).all() and (shown != before).float().mean() < 0.1
    losses += [each.step(batch, 2e-4)[0][0].item() for _ in range(40)]
    assert (shown != before).float().mean() > 0.3 and losses[-1] < losses[0]
    torch.testing.assert_close(shown, master.bfloat16())


def test_large_gradients_are_clipped(tiny, batch):
    """The update of SGD would show it directly; AdamW's first moment does, too."""
    each = trainer(tiny, replace(CONFIG, clip=0.01))
    _, norm = each.step(batch, 1e-3)
    assert norm > 0.01
    moments = [each.optimizer.state[m]["exp_avg"] / (1 - CONFIG.beta1) for m in each.masters]
    assert torch.linalg.vector_norm(torch.cat([m.flatten() for m in moments])).item() == pytest.approx(0.01, rel=1e-3)


def test_a_gradient_that_is_not_finite_changes_nothing(tiny, batch):
    each = trainer(tiny)
    each.step(batch, 1e-3)
    before = [m.clone() for m in (*each.masters, *each.average)]
    with torch.no_grad():
        each.denoiser.norm[0] = float("nan")
    each.step(batch, 1e-3)
    assert all(torch.equal(a, b) for a, b in zip(before, (*each.masters, *each.average), strict=True))
    assert each.updates == 1


def test_the_rate_warms_up_and_falls():
    config = replace(CONFIG, learning_rate=1.0, warmup=10, final_rate=0.05)
    rates = [rate_at(step, 0.0, config) for step in range(12)]
    assert rates[0] == pytest.approx(0.1) and rates[9] == rates[11] == 1.0 and rates == sorted(rates)
    assert 1.0 > rate_at(99, 0.3, config) > rate_at(99, 0.9, config) > rate_at(99, 1.0, config) == pytest.approx(0.05)
