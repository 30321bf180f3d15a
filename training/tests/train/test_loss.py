import pytest
import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask

from training.model.architecture import EOM, MASK
from training.model.attention import attend, dense_mask, sees
from training.tests.conftest import COPIES, SHAPE, noised
from training.train.loss import Noise, absorbed_targets, infill_loss, means


@pytest.mark.parametrize("mix", [0.0, 0.4])
def test_the_loss_is_the_sum_over_holes_and_copies_computed_one_by_one(reference, batch, mix):
    """Each as the engine would be asked: tokens that were absorbed belong to the prefix, and the canvas is shorter."""
    assert (batch["depth"] > 0).any()
    scores = infill_loss(reference.encoder, reference.denoiser, batch, encoder_mix=mix)
    total, weights, right, first, masked = 0.0, 0.0, 0.0, [], 0
    for b, h, k in torch.cartesian_prod(torch.arange(2), torch.arange(SHAPE.holes), torch.arange(COPIES)).tolist():
        depth = batch["depth"][b, h, k]
        prefix = batch["ids"][b, 1 : batch["cut"][b, h] + depth].tolist()
        suffix = batch["suffix"][b, h, 1 : batch["suffix_length"][b, h]].tolist()
        canvas = batch["noisy"][b, h, k, : SHAPE.canvas - depth].tolist()
        log_p = reference.distributions(prefix, suffix, canvas, encoder_mix=mix)
        target, w = batch["canvas"][b, h, depth:], batch["weight"][b, h, k, : SHAPE.canvas - depth]
        assert (batch["weight"][b, h, k, SHAPE.canvas - depth :] == 0).all()
        total += (F.nll_loss(log_p, target, reduction="none") * w).sum().item()
        weights += w.sum().item()
        masked += (w > 0).sum().item()
        hit = log_p.argmax(-1) == target
        right += (hit * w).sum().item()
        if k == COPIES - 1:
            first.append(hit[0].item())
    expected = torch.tensor([total, weights, right, sum(first), len(first), masked], dtype=torch.float64)
    torch.testing.assert_close(scores.stacked(), expected, rtol=1e-6, atol=1e-5)
    averages = means(scores.stacked() + scores.stacked())
    assert abs(averages["loss"] - total / weights) < 1e-6
    assert abs(averages["accuracy"] - right / weights) < 1e-6
    assert abs(averages["first"] - sum(first) / len(first)) < 1e-6


def loss_of_one_copy(reference, batch, b, h, k):
    only = torch.zeros_like(batch["weight"])
    only[b, h, k] = batch["weight"][b, h, k]
    return infill_loss(reference.encoder, reference.denoiser, batch | {"weight": only}).loss


def test_attention_leaks_nothing(reference, batch):
    """What a copy must not see can change without moving a bit of its loss; what it may see moves it."""
    b, h, k = 0, 1, COPIES - 1
    before = loss_of_one_copy(reference, batch, b, h, k)
    cut, end = batch["cut"][b, h], batch["suffix_length"][b, h]

    def after(name, index):
        changed = batch | {name: batch[name].clone()}
        changed[name][index] = 17
        return loss_of_one_copy(reference, changed, b, h, k)

    assert cut < SHAPE.window and end < SHAPE.suffix
    forbidden = [
        ("ids", (b, slice(cut, None))),  # the window from the hole on: the answer itself and the text after it
        ("suffix", (b, 0)),  # other holes' suffixes
        ("suffix", (b, 2)),
        ("suffix", (b, h, slice(end, None))),  # padding
        ("ids", 1),  # another window
        ("noisy", (b, h, 0)),  # other copies of the same hole
        ("noisy", (b, 0)),  # other holes
        ("noisy", 1),
    ]
    for name, index in forbidden:
        assert torch.equal(after(name, index), before), name
    for name, index in [("ids", (b, cut - 1)), ("suffix", (b, h, 0)), ("noisy", (b, h, k, 3))]:
        assert not torch.equal(after(name, index), before), name


def test_flex_attention_by_blocks_is_attention_by_the_dense_mask(batch):
    """The form that CUDA uses; on CPUs it has no gradient."""
    rows = SHAPE.holes * COPIES * (SHAPE.canvas + 1)
    columns = SHAPE.window + SHAPE.holes * SHAPE.suffix + rows
    visible = sees(batch["cut"], batch["depth"], batch["suffix_length"], SHAPE.window, SHAPE.suffix, SHAPE.canvas)
    dense = dense_mask(visible, 2, rows, columns, "cpu")
    blocks = create_block_mask(visible, 2, None, rows, columns, device="cpu")
    torch.manual_seed(0)
    q, k, v = torch.randn(2, 4, rows, 16), torch.randn(2, 2, columns, 16), torch.randn(2, 2, columns, 16)
    torch.testing.assert_close(attend(q, k, v, blocks), attend(q, k, v, dense), rtol=0, atol=2e-5)


def test_noise_is_stratified_and_the_last_copy_is_all_masks(batch):
    many = {
        name: batch[name].repeat(200, 1, *[1] * (batch[name].ndim - 2)) for name in ("canvas", "length", "absorbable")
    }
    made = noised(many, Noise(5, 1, 0.3), torch.Generator().manual_seed(6))
    again = noised(many, Noise(5, 1, 0.3), torch.Generator().manual_seed(6))
    assert all(torch.equal(made[name], again[name]) for name in made)
    noisy, weight, depth = (made[name] for name in ("noisy", "weight", "depth"))
    canvas, length, absorbable = (many[name] for name in ("canvas", "length", "absorbable"))
    masked = noisy == MASK
    assert masked[:, :, 3:].all()
    for copy, level in enumerate((1 / 8, 3 / 8, 5 / 8)):
        assert abs(masked[:, :, copy].float().mean() - level) < 0.01
    assert torch.equal(noisy[~masked], canvas[:, :, None].expand_as(noisy)[~masked])
    assert (weight[~masked] == 0).all()
    assert (depth[:, :, [0, 1, 2, 4]] == 0).all()
    for each in range(1, int(absorbable.max()) + 1):
        assert ((depth[:, :, 3] == each) <= (absorbable >= each)).all()
        assert (depth[:, :, 3] == each).any()  # how far a copy has come is drawn among all there is
    position = torch.arange(canvas.shape[-1]) + depth[..., None]
    tail = (position > length[:, :, None, None]) & (position < canvas.shape[-1])
    assert (weight[masked & ~tail] == (position < canvas.shape[-1])[masked & ~tail]).all()
    assert abs(weight[masked & tail].mean() - 0.3) < 0.02
    targets = absorbed_targets(canvas, depth)
    assert (targets[position == length[:, :, None, None]] == EOM).all()  # the first <eom> weighs as much as a token
    b, h = 0, int(absorbable[0].argmax())
    d = int(depth[b, h, 3])
    assert targets[b, h, 3].tolist() == canvas[b, h, d:].tolist() + [EOM] * d
