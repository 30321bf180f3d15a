import torch
import torch.nn.functional as F
from conftest import SHAPE

from architecture import EOM, MASK
from loss import noise, noisy_loss

COPIES = 3


def noised(batch):
    torch.manual_seed(5)
    return noise(batch["canvas"], batch["length"], COPIES)


def test_the_loss_is_the_mean_over_holes_and_copies_computed_one_by_one(reference, batch):
    noisy, weight = noised(batch)
    loss, info = noisy_loss(reference.encoder, reference.denoiser, batch, noisy, weight)
    total, weights, right, first = 0.0, 0.0, 0.0, []
    for b, h, k in torch.cartesian_prod(torch.arange(2), torch.arange(SHAPE.holes), torch.arange(COPIES)).tolist():
        prefix = batch["ids"][b, 1 : batch["cut"][b, h]].tolist()
        suffix = batch["suffix"][b, h, 1 : batch["suffix_length"][b, h]].tolist()
        log_p = reference.denoise(prefix, suffix, noisy[b, h, k].tolist())
        target, w = batch["canvas"][b, h], weight[b, h, k]
        total += (F.nll_loss(log_p, target, reduction="none") * w).sum().item()
        weights += w.sum().item()
        hit = log_p.argmax(-1) == target
        right += (hit * w).sum().item()
        if k == COPIES - 1:
            first.append(hit[0].item())
    assert abs(loss.item() - total / weights) < 1e-5
    assert abs(info["accuracy"].item() - right / weights) < 1e-6
    assert abs(info["first"].item() - sum(first) / len(first)) < 1e-6


def one_copys_loss(reference, batch, noisy, weight, b, h, k):
    only = torch.zeros_like(weight)
    only[b, h, k] = weight[b, h, k]
    return noisy_loss(reference.encoder, reference.denoiser, batch, noisy, only)[0]


def test_attention_leaks_nothing(reference, batch):
    """What a copy must not see can change without moving a bit of its loss; what it may see moves it."""
    noisy, weight = noised(batch)
    b, h, k = 0, 1, COPIES - 1
    before = one_copys_loss(reference, batch, noisy, weight, b, h, k)
    cut, end = batch["cut"][b, h], batch["suffix_length"][b, h]

    def after(change):
        changed, noisy_too = {name: tensor.clone() for name, tensor in batch.items()}, noisy.clone()
        change(changed, noisy_too)
        return one_copys_loss(reference, changed, noisy_too, weight, b, h, k)

    def put(name, index, value=17):
        return lambda changed, _: changed[name].__setitem__(index, value)

    def put_noisy(index, value=17):
        return lambda _, noisy_too: noisy_too.__setitem__(index, value)

    forbidden = [
        put("ids", (b, slice(cut, None))),  # the window from the hole on: the answer itself
        put("suffix", (b, 0)),  # other holes' suffixes
        put("suffix", (b, 2)),
        put("suffix", (b, h, slice(end, None))),  # padding
        put("ids", 1),  # another window
        put_noisy((b, h, 0)),  # other copies of the same hole
        put_noisy((b, 0)),  # other holes
    ]
    assert cut < SHAPE.window
    for change in forbidden:
        assert torch.equal(after(change), before)
    allowed = [put("ids", (b, cut - 1)), put("suffix", (b, h, 0)), put_noisy((b, h, k, 3))]
    for change in allowed:
        assert not torch.equal(after(change), before)


def test_noise_is_stratified_and_the_last_copy_is_all_masks(batch):
    canvas, length = batch["canvas"].repeat(200, 1, 1), batch["length"].repeat(200, 1)
    torch.manual_seed(6)
    noisy, weight = noise(canvas, length, 4)
    masked = noisy == MASK
    assert masked[:, :, -1].all()
    for copy, level in enumerate((1 / 8, 3 / 8, 5 / 8)):
        assert abs(masked[:, :, copy].float().mean() - level) < 0.01
    assert torch.equal(noisy[~masked], canvas[:, :, None].expand_as(noisy)[~masked])
    assert (weight[~masked] == 0).all()
    position = torch.arange(canvas.shape[-1]).expand_as(noisy)
    tail = position > length[:, :, None, None]
    assert (weight[masked & ~tail] == 1).all()
    assert (weight[masked & tail] == 0.1).all()
    ends = position == length[:, :, None, None]
    assert (canvas[:, :, None].expand_as(noisy)[ends] == EOM).all()  # the first <eom> weighs as much as a token
