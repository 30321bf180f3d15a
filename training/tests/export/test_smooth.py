import random

import torch

from training.export.smooth import CALIBRATION, INPUTS, factors, smoothed, smoothing
from training.export.snippets import read_snippets
from training.model.architecture import MASK
from training.model.model import Denoiser, Encoder
from training.model.quantize import Int8Linear, quantised_twin
from training.model.reference import Reference
from training.oracle.fixtures import SNIPPETS
from training.oracle.tiny import TINY, tiny_state
from training.tests.conftest import some_tokens
from training.tests.outliers import with_outliers


def reference_of(encoder, denoiser, int8=False):
    parts = Encoder(TINY, encoder), Denoiser(TINY, encoder, denoiser)
    if int8:
        quantised_twin(*parts)
    return Reference(*(part.double() for part in parts))


def questions():
    rng = random.Random(9)
    return [(some_tokens(rng, 20), some_tokens(rng, 8), [MASK] * 10) for _ in range(4)]


def found(encoder, denoiser):
    reference = reference_of(encoder, denoiser)

    def run():
        for question in questions():
            reference.denoise(*question)

    return smoothing(reference.encoder.blocks, run), smoothing(reference.denoiser.blocks, run)


def distance(left, right):
    return sum((left.denoise(*q) - right.denoise(*q))[:, MASK + 1 :].pow(2).mean() for q in questions())


def test_the_function_stays_the_same_and_int8_comes_closer_to_it():
    encoder, denoiser = map(with_outliers, tiny_state())
    exponents = found(encoder, denoiser)
    assert any(e.any() for e in exponents[0].values()) and set(exponents[1]) == {
        f"{i}.{name}" for i in range(2) for name in INPUTS
    }
    smooth = smoothed(encoder, exponents[0]), smoothed(denoiser, exponents[1])
    exact = reference_of(encoder, denoiser)
    assert distance(exact, reference_of(*smooth)) < 1e-8
    assert distance(exact, reference_of(*smooth, int8=True)) < 0.2 * distance(
        exact, reference_of(encoder, denoiser, int8=True)
    )


def test_without_outliers_nothing_gets_worse():
    encoder, denoiser = tiny_state()
    exponents = found(encoder, denoiser)
    exact, smooth = reference_of(encoder, denoiser), (smoothed(encoder, exponents[0]), smoothed(denoiser, exponents[1]))
    assert distance(exact, reference_of(*smooth, int8=True)) < 1.2 * distance(
        exact, reference_of(encoder, denoiser, int8=True)
    )


def test_factors_are_eighths_of_an_octave():
    torch.testing.assert_close(
        factors(torch.tensor([-8, 0, 4, 8], dtype=torch.int8)), torch.tensor([0.5, 1, 2**0.5, 2])
    )


def test_outliers_cost_an_int8_row_its_precision():
    """The reason for all this."""
    torch.manual_seed(0)
    x, weight = torch.randn(50, 64), torch.randn(32, 64)
    x[:, 5] *= 100
    weight[:, 5] /= 100
    factor = torch.ones(64)
    factor[5] = 100
    exact = x @ weight.T
    plain, smooth = Int8Linear(weight)(x), Int8Linear(weight * factor)(x / factor)
    assert (smooth - exact).pow(2).mean() < 0.01 * (plain - exact).pow(2).mean()


def test_calibration_text_is_not_test_text():
    calibration, test = (read_snippets(path) for path in (CALIBRATION, SNIPPETS))
    assert len(calibration) >= 10 and len(test) >= 40
    lines = {line for _, text in calibration for line in text.splitlines() if len(line) > 40}
    assert not lines & {line for _, text in test for line in text.splitlines()}
