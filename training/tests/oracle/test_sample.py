import math
import random
from types import SimpleNamespace

import pytest
import torch

from training.model.architecture import EOM, MASK
from training.model.reference import Row, summary
from training.oracle.rng import Sfc32
from training.oracle.sample import Options, choose, heal, sample, selection, without_end
from training.tests.conftest import some_tokens


class RandomModel:
    """Answers at random, <eom> now and then; counts how often it is asked."""

    def __init__(self, seed, end=0.02):
        self.generator, self.end, self.asked = torch.Generator().manual_seed(seed), end, 0

    def predict(self, prefix, suffix, canvas, positions, encoder_mix, allowed_first):
        self.asked += 1
        assert all(canvas[position] == MASK for position in positions)
        rows = []
        for position in positions:
            logits = torch.randn(64, generator=self.generator) * 6 * torch.rand(1, generator=self.generator)
            logits[MASK] = -1e9
            logits[EOM] = 30 if torch.rand(1, generator=self.generator) < self.end else -30
            if position == 0 and allowed_first is not None:
                logits[[i for i in range(64) if i not in allowed_first]] = -torch.inf
            rows.append(summary(logits.log_softmax(-1), position))
        return rows


@pytest.mark.parametrize("absorb", [False, True])
def test_every_number_of_steps_and_every_canvas_terminates(absorb):
    rng = random.Random(0)
    cases = [(steps, size) for size in range(1, 14) for steps in range(1, size + 2)] + [(1, 96), (7, 96), (64, 64)]
    for steps, size in cases:
        canvas = [MASK if rng.random() < 0.8 else token for token in some_tokens(rng, size)]
        kept = {i: token for i, token in enumerate(canvas) if token != MASK}
        model = RandomModel(steps * 100 + size)
        options = Options(steps, 0.2, absorb, 0.5, rng.choice((0.0, 0.9)), 0.9, seed=steps)
        result = sample(model, [20], [], canvas, options, allowed_first=[30, 31])
        assert MASK not in result.canvas and len(result.canvas) == size
        assert len(result.steps) == model.asked <= min(steps, len(canvas) - len(kept))
        assert all(result.canvas[i] == token for i, token in kept.items())
        end = result.canvas.index(EOM) if EOM in result.canvas else size
        assert set(result.canvas[end:]) <= {EOM} and all(i < end for i in kept)
        if 0 not in kept:
            assert result.canvas[0] in (30, 31)
        committed = [commit for step in result.steps for commit in step.commits]
        assert len({position for position, _, _ in committed}) == len(committed)
        for position, token, confidence in committed:
            assert result.canvas[position] == token or position > end
            assert 0 < confidence <= 1 + 1e-12


def test_steps_are_shared_out_evenly_when_nothing_is_certain():
    class Flat(RandomModel):
        def predict(self, prefix, suffix, canvas, positions, encoder_mix, allowed_first):
            return [Row(p, [20, 21], [math.log(0.6), math.log(0.4)], 9.0) for p in positions]

    sizes = [len(step.commits) for step in sample(Flat(0), [], [], [MASK] * 10, Options(4, absorb=False)).steps]
    assert sizes == [3, 3, 2, 2]


def test_absorbed_tokens_move_into_the_prefix():
    seen = []

    class Recorder(RandomModel):
        def predict(self, prefix, suffix, canvas, positions, encoder_mix, allowed_first):
            seen.append((list(prefix), list(canvas), allowed_first))
            return super().predict(prefix, suffix, canvas, positions, encoder_mix, allowed_first)

    result = sample(Recorder(1, end=0), [20, 21], [], [MASK] * 6, Options(6, entropy_bound=-1.0), allowed_first=[30])
    # Position 0 goes first, so each step absorbs one.
    assert [len(prefix) - 2 for prefix, _, _ in seen] == list(range(6))
    assert all(prefix + canvas == [20, 21, *result.canvas[: len(prefix) - 2], *canvas] for prefix, canvas, _ in seen)
    assert [restriction for _, _, restriction in seen] == [[30]] + [None] * 5


def row(position, entropy):
    return Row(position, [20], [0.0], entropy)


def test_selection_takes_what_stays_within_the_bound():
    rows = [row(2, 0.5), row(0, 0.9), row(1, 0.05), row(5, 0.1), row(3, 0.05)]
    assert selection(rows, False, 0.19, 1) == [2, 4, 3]  # 0, .05 and .1 come before them, .2 before the next
    assert selection(rows, False, 0.21, 1) == [2, 4, 3, 0]
    assert selection(rows, False, 0.0, 1) == [2]
    assert selection(rows, False, 0.0, 4) == [2, 4, 3, 0]
    assert selection(rows, True, 0.2, 1) == [1]
    assert selection(rows, True, 0.9, 2) == [1, 2]
    assert selection(rows, False, 99, 1) == [2, 4, 3, 0, 1]


def test_the_end_leaves_the_candidates():
    out = without_end(Row(1, [EOM, 20, 21], [math.log(0.7), math.log(0.2), math.log(0.1)], 0.8))
    assert out.ids == [20, 21]
    assert [math.exp(log_p) for log_p in out.log_probs] == pytest.approx([2 / 3, 1 / 3])


def test_the_nucleus_and_the_temperature():
    candidates = Row(0, [20, 21, 22, 23], [math.log(p) for p in (0.5, 0.3, 0.15, 0.05)], 1.0)

    def frequencies(temperature, top_p):
        source, options = Sfc32(3), Options(1, temperature=temperature, top_p=top_p)
        drawn = [choose(candidates, options, source)[0] for _ in range(20000)]
        return [drawn.count(token) / len(drawn) for token in candidates.ids]

    assert frequencies(1.0, 1.0) == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.01)
    assert frequencies(1.0, 0.79) == pytest.approx([0.625, 0.375, 0, 0], abs=0.01)
    assert frequencies(1.0, 0.5) == [1, 0, 0, 0]
    squares = [p * p / 0.365 for p in (0.5, 0.3, 0.15, 0.05)]
    assert frequencies(0.5, 1.0) == pytest.approx(squares, abs=0.01)


def test_temperature_zero_draws_nothing():
    broken = SimpleNamespace(uniform=lambda: pytest.fail("drew a random number"))
    token, confidence = choose(Row(0, [20, 21], [math.log(0.6), math.log(0.4)], 0.6), Options(1), broken)
    assert (token, confidence) == (20, pytest.approx(0.6))


def test_healing_never_offers_a_control_token(tiny):
    ids = tiny.tokenizer.encode("<").ids  # every control token's name starts with it
    _, allowed, text = heal(tiny.tokenizer, ids)
    assert text == "<" and ids[0] in allowed and min(allowed) > MASK


def test_healing_hands_back_the_last_token(tiny):
    ids = tiny.tokenizer.encode("const nam").ids
    rest, allowed, text = heal(tiny.tokenizer, ids)
    assert rest == ids[:-1] and "const nam".endswith(text)
    assert tiny.tokenizer.token_to_id("Ġnames") in allowed or text != " nam"
    assert ids[-1] in allowed and all(
        tiny.tokenizer.id_to_token(i).startswith(tiny.tokenizer.id_to_token(ids[-1])) for i in allowed
    )
    assert heal(tiny.tokenizer, []) == ([], None, "")


# First uniforms of the same generator written in JavaScript from its definition.
@pytest.mark.parametrize(
    ("seed", "uniforms"),
    [
        (0, [0.6750985024813072, 0.051309421615726936, 0.8656132793409693, 0.8719876062005216]),
        (1, [0.5636717720710586, 0.8959073941886353, 0.2723428182814803, 0.5940106619342558]),
        (2**32 - 1, [0.5357128822218251, 0.8677155693217744, 0.44619405495476694, 0.9342023978351606]),
        (-1, [0.5357128822218251, 0.8677155693217744, 0.44619405495476694, 0.9342023978351606]),
        (12345, [0.7162950310887537, 0.488107411145173, 0.07068882898419782, 0.7196370832805222]),
    ],
)
def test_random_numbers(seed, uniforms):
    source = Sfc32(seed)
    assert [source.uniform() for _ in uniforms] == uniforms
