import json
from itertools import pairwise

import pytest
import torch

from training.gpu.changes import LARGEST, at_first, decode, digest, encode, errors, head_of, steps_of

MEBIBYTE = 1 << 20


def some_weights(seed=0, dtype=torch.bfloat16):
    """Base weights, and what training has made of them: some rows changed much, some hardly, one not at all, and one
    has an outlier."""
    g = torch.Generator().manual_seed(seed)
    shapes = {"embedding": (500, 64), "norm": (64,), "blocks.0.q.weight": (64, 64), "eom_bias": ()}
    base = {name: torch.randn(shape, generator=g) * 0.05 for name, shape in shapes.items()}
    change = {name: torch.randn(shape, generator=g) * 0.01 for name, shape in shapes.items()}
    change["embedding"][:200] *= 1e-3
    change["embedding"][7] = 0
    change["embedding"][300, 3] = 9.0
    return base, {name: (base[name] + change[name]).to(dtype) for name in shapes}


def unit(tensor):
    """Half of a unit of each element's last place, and of float32's, in which the sum is computed."""
    return tensor.abs().float() * (torch.finfo(tensor.dtype).eps / 2 + torch.finfo(torch.float32).eps)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("mebibytes", [0.012, 0.02, 0.05])
def test_what_comes_back_is_what_left_within_its_stated_error(dtype, mebibytes):
    base, weights = some_weights(dtype=dtype)
    held = at_first(weights, base)
    content, after = encode(weights, held, int(mebibytes * MEBIBYTE), {"round": 1})
    assert len(content) <= mebibytes * MEBIBYTE
    back, head = decode(content, base), head_of(content)[0]
    assert list(back) == list(weights) and digest(back) == digest(after)
    for name, tensor in weights.items():
        assert back[name].dtype == dtype and back[name].shape == tensor.shape
        off = (back[name].float() - tensor.float()).abs()
        if tensor.ndim < 2:
            assert torch.equal(back[name], tensor)
            continue
        steps = steps_of(tensor.float() - held[name].float(), head["q"])
        assert torch.all(off <= steps / 2 * (1 + 1e-5) + unit(back[name]))
        assert (off / steps.clamp(min=1e-9)).max() > 0.4  # nor does the statement exaggerate
    assert head["error"] == errors(weights, back)
    shares = {
        name: ((w.double() - back[name].double()).square().mean() / w.double().square().mean()).sqrt().item()
        for name, w in weights.items()
        if w.ndim > 1
    }
    assert head["error"]["worst"] == pytest.approx(max(shares.values())) and head["error"]["of"] in shares
    assert min(shares.values()) <= head["error"]["mean"] <= max(shares.values())
    assert torch.equal(back["embedding"][7], weights["embedding"][7])


def test_a_row_with_an_outlier_keeps_it():
    """Its steps are as large as whole numbers of one byte need; those of other rows are not."""
    base, weights = some_weights(dtype=torch.float32)
    _, after = encode(weights, base, 60_000, {})
    off = (after["embedding"] - weights["embedding"]).abs().amax(1)
    assert 9.0 / LARGEST / 4 < off[300] <= 9.1 / LARGEST / 2 and off[301:].max() < off[300] / 50


def test_the_more_room_the_finer():
    base, weights = some_weights()
    qs, sizes, wrong = [], [], []
    for limit in (8_000, 12_000, 20_000, 40_000, 80_000):
        content, _ = encode(weights, at_first(weights, base), limit, {})
        head, _ = head_of(content)
        qs.append(head["q"])
        sizes.append(len(content))
        wrong.append(head["error"]["mean"])
    assert qs == sorted(qs, reverse=True) and wrong == sorted(wrong, reverse=True) and sizes == sorted(sizes)
    assert qs[-1] == wrong[-1] == 0 < wrong[-2]  # all of it fits as it is
    assert all(0.85 * limit < size <= limit for limit, size in zip((8_000, 12_000, 20_000), sizes, strict=False))


def test_the_error_shrinks_from_round_to_round():
    base, weights = some_weights()
    held, wrong = at_first(weights, base), []
    for number in range(1, 6):
        content, after = encode(weights, held, 12_000, {"round": number})
        held = decode(content, held)
        assert digest(held) == digest(after)
        wrong.append(head_of(content)[0]["error"]["mean"])
    assert all(later < earlier / 3 for earlier, later in pairwise(wrong))
    assert wrong[0] > 0.01 and wrong[-1] < 1e-6


def test_weights_that_go_on_changing_are_followed():
    """A change contains what the one before left out: after the last round it alone is what is off."""
    base, weights = some_weights()
    held = at_first(weights, base)
    generator = torch.Generator().manual_seed(4)
    for size in (0.004, 0.001, 0.0002):
        weights = {
            n: (w.float() + size * torch.randn(w.shape, generator=generator)).bfloat16() for n, w in weights.items()
        }
        content, held = encode(weights, held, 14_000, {})
    only, _ = encode(weights, at_first(weights, base), 14_000, {})
    assert head_of(content)[0]["error"]["mean"] < head_of(only)[0]["error"]["mean"] / 3


def test_weights_that_begin_from_nothing():
    """Adapters and learned rows: the base model knows nothing of them, and is not needed."""
    g = torch.Generator().manual_seed(1)
    shapes = {"adapters.0.qkv.a": (4, 64), "adapters.0.qkv.b": (96, 4), "mask_in": (64,)}
    weights = {name: torch.randn(shape, generator=g).bfloat16() for name, shape in shapes.items()}
    base, _ = some_weights()
    first, held = encode(weights, at_first(weights, base), 1500, {"round": 1})
    back = decode(first, base)
    assert digest(back) == digest(held) and 0 < errors(weights, back)["worst"] < 0.2
    second, _ = encode(weights, held, 1500, {"round": 2})
    assert 0 < errors(weights, decode(second, back))["worst"] < errors(weights, back)["worst"] / 3
    third, _ = encode(weights, held, MEBIBYTE, {"round": 3})
    assert digest(decode(third, back)) == digest(weights)


def test_a_change_of_other_weights_is_refused():
    base, weights = some_weights()
    content, _ = encode(weights, at_first(weights, base), 12_000, {})
    others, _ = some_weights(seed=1)
    with pytest.raises(ValueError, match="measured against other weights"):
        decode(content, others)
    with pytest.raises(ValueError, match=r"norm is \[3\] here, and \[64\]"):
        decode(content, base | {"norm": torch.zeros(3)})
    decode(content, base | {"more": torch.zeros(3)})


def test_a_change_that_makes_something_else_is_refused():
    base, weights = some_weights()
    content, _ = encode(weights, at_first(weights, base), MEBIBYTE, {})
    head, body = head_of(content)
    at = sum(size for *_, size in head["tensors"][:1])
    damaged = bytearray(body)
    damaged[at] ^= 1  # in the first vector
    with pytest.raises(ValueError, match="not what the other side has"):
        decode(content[: len(content) - len(body)] + bytes(damaged), base)


def test_what_cannot_travel_is_said():
    base, weights = some_weights()
    with pytest.raises(ValueError, match=r"fits into 0\.0 MiB"):
        encode(weights, at_first(weights, base), 1000, {})
    weights["norm"][3] = float("nan")
    with pytest.raises(ValueError, match="norm is not finite"):
        encode(weights, at_first(weights, base), MEBIBYTE, {})


def test_what_describes_it_travels_with_it():
    base, weights = some_weights()
    about = {"round": 2, "run": {"kind": "all", "record": {"steps": 7}}}
    content, _ = encode(weights, at_first(weights, base), MEBIBYTE, about)
    head, _ = head_of(content)
    assert {name: head[name] for name in about} == about and json.dumps(head)
