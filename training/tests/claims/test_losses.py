"""The losses and samplers of training/claims, on a language so small that everything about it can be summed up."""

import itertools
import math

import numpy as np
import pytest
import torch

from training.claims import characters, likelihood, losses, network, noise, samplers

LETTERS, LENGTH = 3, 2
MASK = LETTERS
TEXTS = torch.tensor(list(itertools.product(range(LETTERS), repeat=LENGTH)))
P = torch.tensor([0.30, 0.02, 0.08, 0.05, 0.20, 0.05, 0.01, 0.09, 0.20], dtype=torch.float64)


@pytest.fixture(autouse=True)
def small_alphabet(monkeypatch):
    """Three letters instead of 96."""
    for module in (characters, losses, network, noise, samplers):
        for name, value in (("SIZE", LETTERS), ("MASK", MASK)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


def noised_probability(noisy, sigma, graph):
    """p(noisy | each text of TEXTS) at noise sigma, one row a noisy text: [B, texts], float64"""
    stays = torch.exp(-sigma.double())[:, None, None]
    same = noisy[:, None, :] == TEXTS
    if graph == "uniform":
        return (stays * same + (1 - stays) / LETTERS).prod(-1)
    return torch.where(noisy[:, None, :] == MASK, 1 - stays, stays * same).prod(-1)


class Truth(torch.nn.Module):
    """What a perfect network answers, by Bayes' rule over all texts; `wrong` distorts it."""

    def __init__(self, kind, wrong=0.0):
        super().__init__()
        self.kind, self.wrong = kind, wrong

    def forward(self, ids, sigma=None):
        if self.kind == "autoregressive":
            return self.left_to_right(ids)
        sigma = torch.full((len(ids),), 1.0) if sigma is None else sigma
        graph = "uniform" if self.kind == "sedd-uniform" else "absorbing"
        here = noised_probability(ids, sigma, graph) @ P
        out = torch.zeros(*ids.shape, LETTERS, dtype=torch.float64)
        for place, letter in itertools.product(range(LENGTH), range(LETTERS)):
            other = ids.clone()
            other[:, place] = letter
            out[:, place, letter] = (noised_probability(other, sigma, graph) @ P / here).log()
        out += self.wrong * torch.sin(2.0 * torch.arange(LENGTH * LETTERS)).view(LENGTH, LETTERS)
        if self.kind == "mdlm":  # scores of masked places are probabilities times 1 / expm1(sigma)
            return out.nan_to_num(neginf=-1e9, posinf=1e9).log_softmax(-1)
        return out.scatter(-1, ids[..., None], 0.0) if graph == "uniform" else out.nan_to_num(neginf=-50, posinf=50)

    def left_to_right(self, ids):
        joint = P.view(LETTERS, LETTERS)
        first = joint.sum(1).log().expand(len(ids), 1, LETTERS)
        if ids.shape[1] == 1:
            return first
        second = (joint / joint.sum(1, keepdim=True)).log()[ids[:, 1].clamp(max=LETTERS - 1)]
        return torch.cat((first, second[:, None]), 1)


KINDS = ("mdlm", "sedd-absorb", "sedd-uniform")
ENTROPY = -(P * P.log()).sum().item()


def integral(kind, model):
    """The bound of each text without any chance: all noisy texts at each t, Gauss-Legendre over t = u^2."""
    nodes, weights = (torch.from_numpy(x) for x in np.polynomial.legendre.leggauss(60))
    entropy = losses.uniform_entropy if kind == "sedd-uniform" else losses.absorbing_entropy
    letters = range(LETTERS + (kind != "sedd-uniform"))
    noisy = torch.tensor(list(itertools.product(letters, repeat=LENGTH)))
    total = torch.full((len(TEXTS),), losses.START[kind] * LENGTH, dtype=torch.float64)
    for u, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        t = u**2
        sigma = noise.sigma_at(t).expand(len(noisy))
        log_score = model(noisy, sigma)
        if kind == "mdlm":
            log_score = log_score - torch.log(torch.expm1(sigma))[:, None, None]
        chance = noised_probability(noisy, sigma, "uniform" if kind == "sedd-uniform" else "absorbing")
        for text in range(len(TEXTS)):
            value = entropy(log_score, noisy, TEXTS[text].expand(len(noisy), -1), sigma).sum(1)
            total[text] += weight * 2 * u * noise.rate_at(t) * (chance[:, text] * value).nan_to_num().sum()
    return total


@pytest.mark.parametrize("kind", KINDS)
def test_a_perfect_network_reaches_the_entropy_of_the_language_and_a_distorted_one_stays_above(kind):
    assert (integral(kind, Truth(kind)) * P).sum().item() == pytest.approx(ENTROPY, abs=1e-3)
    assert (integral(kind, Truth(kind, wrong=0.5)) * P).sum().item() > ENTROPY + 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_of_every_text_is_not_below_its_negative_log_likelihood(kind):
    assert (integral(kind, Truth(kind)) > -P.log() - 1e-3).all()


@pytest.mark.parametrize("kind", KINDS)
def test_drawn_times_and_noises_give_the_integral_on_average(kind):
    copies, model = 400, Truth(kind, wrong=0.5 if kind == "mdlm" else 0)
    each = likelihood.nats(model, TEXTS.repeat(copies, 1), draws=8, seed=3).view(copies, -1)
    error = each.std(0) / copies**0.5
    assert ((each.mean(0) - integral(kind, model)).abs() < 4 * error).all()
    assert error.mean() < 0.3


def test_left_to_right_is_exact():
    each = likelihood.nats(Truth("autoregressive"), TEXTS)
    torch.testing.assert_close(each, -P.log(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bound_of_some_places_is_that_of_their_probability_given_the_others(kind):
    copies = 1000
    free = torch.tensor([False, True]).expand(len(TEXTS) * copies, -1)
    given = P / P.view(LETTERS, LETTERS).sum(1).repeat_interleave(LETTERS)
    each = likelihood.nats(Conditional(kind), TEXTS.repeat(copies, 1), free, draws=8, seed=5).view(copies, -1)
    value, error = (each @ P).mean().item(), (each @ P).std().item() / copies**0.5
    assert error < 0.05
    assert value == pytest.approx((-P * given.log()).sum().item(), abs=4 * error)


class Conditional(Truth):
    """A perfect network of the second letter, when the first is never noised."""

    def forward(self, ids, sigma=None):
        out = torch.zeros(*ids.shape, LETTERS, dtype=torch.float64)
        given = P.view(LETTERS, LETTERS)[ids[:, 0]]
        given = given / given.sum(1, keepdim=True)
        if self.kind == "mdlm":
            out[:, 1] = given.log()
            return out
        if self.kind == "sedd-absorb":
            out[:, 1] = given.log() - torch.log(torch.expm1(sigma.double()))[:, None]
            return out
        stays = torch.exp(-sigma.double())[:, None]
        p = stays * given + (1 - stays) / LETTERS
        out[:, 1] = (p / p.gather(1, ids[:, 1:])).log()
        return out


def test_score_entropy_of_one_token_is_its_closed_form():
    """Absorbing, scores r q: the entropy is r (-log q(clean)), which is MDLM's cross-entropy, weight and all."""
    q = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    sigma = torch.tensor([0.01, 0.7, 4.0], dtype=torch.float64)
    ratio = 1 / torch.expm1(sigma)
    log_score = (q.log()[None] + ratio.log()[:, None])[:, None]
    clean = torch.tensor([[2], [0], [1]])
    found = losses.absorbing_entropy(log_score, torch.full_like(clean, MASK), clean, sigma)[:, 0]
    torch.testing.assert_close(found, -ratio * q[clean[:, 0]].log(), rtol=1e-12, atol=0)
    assert (losses.absorbing_entropy(log_score, clean, clean, sigma) == 0).all()


def test_score_entropy_on_the_uniform_graph_is_its_closed_form():
    """Scores all 1, which are true of pure noise. By hand, with a = exp(-sigma), b = (1 - a) / 3: at the
    clean token r = b / (a + b) for the two others; elsewhere r = (a + b) / b for the clean one, 1 for the third."""
    a = 0.4
    b = (1 - a) / 3
    sigma = torch.tensor([-math.log(a)] * 2, dtype=torch.float64)
    noisy, clean = torch.tensor([[1], [0]]), torch.tensor([[1], [2]])
    found = losses.uniform_entropy(torch.zeros(2, 1, 3, dtype=torch.float64), noisy, clean, sigma)[:, 0]

    def term(ratio):
        return 1 + ratio * (math.log(ratio) - 1)

    expected = [2 * term(b / (a + b)) / 3, (term((a + b) / b) + term(1)) / 3]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64), rtol=1e-12, atol=0)


@pytest.mark.parametrize("kind", ("sedd-absorb", "sedd-uniform"))
def test_score_entropy_is_least_at_the_true_scores_and_zero_there_on_average(kind):
    """Denoising score entropy's expectation over clean text is least at the marginal's score, not at any text's own."""
    sigma = torch.tensor([0.8])
    entropy = losses.absorbing_entropy if kind == "sedd-absorb" else losses.uniform_entropy
    graph = "absorbing" if kind == "sedd-absorb" else "uniform"
    noisy = torch.tensor([[MASK, 1]] if kind == "sedd-absorb" else [[0, 1]])
    posterior = noised_probability(noisy, sigma, graph)[0] * P
    posterior = posterior / posterior.sum()

    def expected(wrong):
        log_score = Truth(kind)(noisy, sigma)
        log_score[0, 0, 2] += wrong
        rows = log_score.expand(len(TEXTS), -1, -1)
        each = entropy(rows, noisy.expand(len(TEXTS), -1), TEXTS, sigma.double().expand(len(TEXTS)))[:, 0]
        return (each * posterior).nan_to_num().sum().item()

    assert expected(0) < min(expected(0.05), expected(-0.05)) - 1e-4


@pytest.mark.parametrize("kind", ("autoregressive", *KINDS))
def test_with_many_evaluations_samples_have_the_language_s_frequencies(kind):
    count = 4000
    known = torch.zeros(count, LENGTH, dtype=torch.long)
    ids = samplers.sample(Truth(kind), known, torch.ones_like(known, dtype=torch.bool), 60, seed=6)
    found = torch.bincount(ids[:, 0] * LETTERS + ids[:, 1], minlength=len(P)) / count
    spread = (P * (1 - P) / count).sqrt()
    assert ((found - P).abs() < 4 * spread + 0.012).all(), found


def test_with_one_evaluation_the_letters_are_drawn_independently():
    """The price of few evaluations, exactly: the product of the marginals."""
    count = 4000
    known = torch.zeros(count, LENGTH, dtype=torch.long)
    joint = P.view(LETTERS, LETTERS)
    product = (joint.sum(1)[:, None] * joint.sum(0)[None]).flatten()
    for kind in ("mdlm", "sedd-absorb"):
        ids = samplers.sample(Truth(kind), known, torch.ones_like(known, dtype=torch.bool), 1, seed=7)
        found = torch.bincount(ids[:, 0] * LETTERS + ids[:, 1], minlength=len(P)) / count
        assert ((found - product).abs() < 4 * (product * (1 - product) / count).sqrt()).all()


def test_an_analytic_step_is_the_posterior_of_the_masked_process():
    """True scores: a mask is left with probability (m_t - m_s) / m_t, the masked shares at t and s."""
    t, s = torch.tensor(0.7), torch.tensor(0.4)
    q = torch.tensor([[[0.5, 0.3, 0.2]]], dtype=torch.float64)
    score = q / torch.expm1(noise.sigma_at(t).double())
    weights = samplers.analytic_absorbing(score, t, s)[0, 0]
    leaves = (0.7 - 0.4) / 0.7
    expected = torch.tensor([0.5 * leaves, 0.3 * leaves, 0.2 * leaves, 1 - leaves], dtype=torch.float64)
    torch.testing.assert_close(weights, expected, rtol=1e-5, atol=1e-6)


def test_an_overestimated_score_leaves_the_mask_no_negative_weight():
    weights = samplers.analytic_absorbing(torch.full((1, 1, 3), 9.0), torch.tensor(0.9), torch.tensor(0.1))
    assert (weights >= 0).all()
    assert weights[0, 0, -1] == 0


def test_an_analytic_step_on_the_uniform_graph_is_bayes_rule():
    """One letter of known marginals: p(s-letter | t-letter) in proportion to p_s(letter) p(t-letter | letter)."""
    t, s = torch.tensor(0.7), torch.tensor(0.4)
    clean = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)

    def at(time):
        stays = torch.exp(-noise.sigma_at(time).double())
        return stays * clean + (1 - stays) / 3

    now = torch.tensor([[1]])
    weights = samplers.analytic_uniform((at(t) / at(t)[1])[None, None], now, t, s)[0, 0]
    keep = torch.exp(-(noise.sigma_at(t) - noise.sigma_at(s)).double())
    way = (1 - keep) / 3 + keep * torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64)
    torch.testing.assert_close(weights, at(s) * way / at(t)[1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", ("autoregressive", *KINDS))
def test_pinned_places_stay_and_the_rest_follows_them(kind):
    count = 2000
    known = torch.zeros(count, LENGTH, dtype=torch.long)
    known[:, 0] = 2
    free = torch.tensor([False, True]).expand(count, -1)
    ids = samplers.sample(Conditional(kind) if kind != "autoregressive" else Truth(kind), known, free, 40, seed=8)
    assert (ids[:, 0] == 2).all()
    given = P[6:] / P[6:].sum()
    found = torch.bincount(ids[:, 1], minlength=3) / count
    assert ((found - given).abs() < 0.035).all(), found


def test_the_noise_has_the_share_that_the_schedule_says():
    ids = torch.ones(4000, 5, dtype=torch.long)
    t = torch.full((4000,), 0.3)
    free = torch.ones_like(ids, dtype=torch.bool)
    free[:, 0] = False
    masked = noise.absorb(ids, noise.sigma_at(t), free, torch.Generator().manual_seed(9)) == MASK
    assert not masked[:, 0].any()
    assert masked[:, 1:].float().mean().item() == pytest.approx(0.3, abs=0.01)
    changed = noise.scramble(ids, noise.sigma_at(t), free, torch.Generator().manual_seed(9)) != ids
    assert changed[:, 1:].float().mean().item() == pytest.approx(0.3 * 2 / 3, abs=0.01)
