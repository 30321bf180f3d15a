"""The committed sampler fixtures are what the committed oracle writes; the oracle is what the equations say."""

import json

import numpy as np
import pytest
import torch

from training.oracle.sampler_fixtures import sampler_fixtures
from training.oracle.samplers import dream, sedd
from training.oracle.samplers.schedules import at
from training.shared.json_text import json_text
from training.tests.conftest import ROOT
from training.tests.oracle.test_fixtures import assert_close

SAMPLERS = ROOT / "test" / "fixtures" / "samplers"


def test_committed_fixtures():
    fixtures = sampler_fixtures()
    assert {f"{name}.json" for name in fixtures} == {path.name for path in SAMPLERS.iterdir()}
    for name, content in fixtures.items():
        committed = json.loads((SAMPLERS / f"{name}.json").read_text(encoding="utf-8"))
        for key in ("generator", "torch", "numpy"):
            assert committed.pop(key)
        assert_close(json.loads(json_text(content)), committed, name)


def true_score(p, masked):
    """SEDD's section 4.3: p(v) exp(-sigma) / (1 - exp(-sigma)), the mask's own 1 at the end."""
    return np.append(p * (1 - masked) / masked, 1.0)


@pytest.mark.parametrize("schedule", ["log-linear", "geometric", "cosine"])
def test_analytic_with_the_true_score_is_mdlms_posterior(schedule):
    p = np.array([0.5, 0.3, 0.15, 0.05])
    for t, s in ((0.9, 0.8), (0.5, 0.2), (0.11, 0.1)):
        (sigma_t, _, m_t), (sigma_s, _, m_s) = at(schedule, t), at(schedule, s)
        weights = sedd.tweedie("absorbing", 4, true_score(p, m_t), 4, sigma_t - sigma_s)
        np.testing.assert_allclose(weights, [*(p * (m_t - m_s) / m_t), m_s / m_t], rtol=1e-9)


def test_euler_is_analytic_under_log_linear_noise_only():
    p = np.array([0.6, 0.4])
    for schedule, same in (("log-linear", True), ("geometric", False)):
        (sigma_t, rate, m_t), (sigma_s, _, _) = at(schedule, 0.6), at(schedule, 0.55)
        score = true_score(p, m_t)
        analytic = sedd.tweedie("absorbing", 2, score, 2, sigma_t - sigma_s)
        euler = sedd.euler("absorbing", 2, score, 2, 0.05 * rate)
        assert np.allclose(analytic, euler, rtol=1e-9) == same


def test_uniform_tweedie_inverts_the_noise():
    q = sedd.rate_matrix("uniform", 3)
    clean = torch.tensor([0.7, 0.2, 0.1], dtype=torch.float64)
    late, early = clean @ torch.linalg.matrix_exp(1.3 * q), clean @ torch.linalg.matrix_exp(0.4 * q)
    back = torch.zeros(3, dtype=torch.float64)
    for x in range(3):
        weights = torch.tensor(sedd.tweedie("uniform", 3, (late / late[x]).numpy(), x, 0.9))
        back += late[x] * weights / weights.sum()
    torch.testing.assert_close(back, early)


def test_dreams_truncation_wastes_steps():
    assert dream.truncated_counts(16, 16) == [0, *[1] * 14, 2]
    assert dream.truncated_counts(16, 128).count(0) == 113
