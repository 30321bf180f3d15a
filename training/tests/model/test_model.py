import random

import torch

from training.model.architecture import EOM, MASK, START
from training.model.base import half_split
from training.model.model import rope, rotate
from training.model.reference import mix, summary
from training.tests.conftest import some_tokens


def test_the_encoder_is_causal(reference):
    ids = some_tokens(random.Random(0), 30)
    changed = [*ids[:20], 17, *ids[21:]]
    left, right = reference.encode(ids), reference.encode(changed)
    assert torch.equal(left[:21], right[:21])  # row 20 is the last one before the changed token: START comes first
    assert not torch.equal(left[21], right[21])


def test_absorbing_equals_a_fresh_context(reference):
    """Appending k tokens to a cached prefix gives the keys, values and hidden states of encoding the longer prefix."""
    encoder = reference.encoder
    ids = torch.tensor([[START, *some_tokens(random.Random(1), 24)]])
    fresh, fresh_cache = encoder(ids, torch.arange(25)[None])
    for kept in (1, 7, 24):
        _, cache = encoder(ids[:, :kept], torch.arange(kept)[None])
        x = torch.nn.functional.embedding(ids[:, kept:], encoder.embedding)
        cos_sin = rope(torch.arange(kept, 25)[None], encoder.architecture, x.dtype)
        mask = torch.ones(25, 25, dtype=torch.bool).tril()[kept:]
        for layer, block in enumerate(encoder.blocks):
            x, own = block(x, cos_sin, mask, cache[layer])
            for i in (0, 1):
                torch.testing.assert_close(
                    torch.cat((cache[layer][i], own[i]), 2), fresh_cache[layer][i], rtol=0, atol=1e-10
                )
        torch.testing.assert_close(x, fresh[:, kept:], rtol=0, atol=1e-10)


def test_only_relative_positions_matter(reference):
    """So that the cached keys of the suffix stay valid when the prefix grows."""
    a = reference.encoder.architecture
    q, k = torch.randn(2, 1, 1, a.head_size, dtype=torch.float64)

    def score(i, j):
        return (rotate(q, *rope(torch.tensor([i]), a, q.dtype)) * rotate(k, *rope(torch.tensor([j]), a, k.dtype))).sum()

    torch.testing.assert_close(score(3, 11), score(503, 511), rtol=0, atol=1e-10)
    assert abs(score(3, 11) - score(3, 12)) > 1e-6


def test_everything_that_should_matter_does(reference):
    rng = random.Random(2)
    prefix, suffix, canvas = some_tokens(rng, 9), some_tokens(rng, 5), [MASK, *some_tokens(rng, 2), MASK]
    base = reference.denoise(prefix, suffix, canvas)
    others = [
        ([17, *prefix[1:]], suffix, canvas),
        (prefix, [*suffix[:-1], 17], canvas),
        (prefix, suffix, [*canvas[:2], 17, MASK]),
        (prefix, suffix, [*canvas, MASK]),
    ]
    for changed in others:
        assert (reference.denoise(*changed)[:4] - base).abs().max() > 1e-3


def test_the_mask_is_never_predicted(reference):
    for encoder_mix in (0.0, 0.5, 1.0):
        log_p = reference.distributions(some_tokens(random.Random(3), 5), [], [MASK] * 4, encoder_mix)
        assert (log_p[:, MASK] < -1e8).all()
        torch.testing.assert_close(log_p.exp().sum(-1), torch.ones(4, dtype=log_p.dtype))
        assert MASK not in summary(log_p[0], 0).ids


def test_mixing_leaves_the_end_to_the_denoiser():
    denoiser, encoder = torch.randn(2, 40, dtype=torch.float64).log_softmax(-1)
    torch.testing.assert_close(
        mix(denoiser, encoder, 0.0)[EOM] - mix(denoiser, encoder, 0.0)[20], denoiser[EOM] - denoiser[20]
    )
    halves = mix(denoiser, encoder, 0.5)
    expected = 0.5 * denoiser[20] + 0.5 * (encoder[20] + torch.log(1 - denoiser[EOM].exp()))
    torch.testing.assert_close(halves[20] - halves[EOM], expected - denoiser[EOM])


def test_restricting_the_first_token(reference):
    allowed = [30, 31, 200]
    rows = reference.predict([40, 41], [42], [MASK] * 3, [0, 1], 0.5, allowed)
    assert sorted(rows[0].ids) == allowed
    assert abs(sum(torch.tensor(rows[0].log_probs).exp()) - 1) < 1e-6
    assert len(rows[1].ids) == 16


def test_scores_are_the_encoders_own_steps(reference):
    prefix, ids = [40, 41, 42], [50, 51, 52]
    scores = reference.score_tokens(prefix, ids)
    steps = [reference.encoder_log_probs([*prefix, *ids[:i]])[ids[i]] for i in range(3)]
    torch.testing.assert_close(scores, torch.stack(steps))


def test_half_split_undoes_the_ggufs_permutation():
    """Turning neighbours after the permutation is turning row i with row i + head / 2 without it."""
    head, width = 8, 6
    permuted = torch.randn(2 * head, width, dtype=torch.float64)
    x = torch.randn(width, dtype=torch.float64)
    angle = torch.randn(head // 2, dtype=torch.float64)
    pairs = (permuted @ x).view(2, head // 2, 2)
    turned = torch.stack(
        (
            pairs[..., 0] * angle.cos() - pairs[..., 1] * angle.sin(),
            pairs[..., 0] * angle.sin() + pairs[..., 1] * angle.cos(),
        ),
        -1,
    )
    ours = rotate(
        (half_split(permuted, head) @ x).view(2, head), torch.cat((angle, angle)).cos(), torch.cat((angle, angle)).sin()
    )
    torch.testing.assert_close(ours, turned.swapaxes(1, 2).reshape(2, head))
