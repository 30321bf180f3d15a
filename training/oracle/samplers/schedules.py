"""Noise schedules by their definitions: sigma(t), and the rate by automatic differentiation."""

import torch


def sigma(name, t):
    if name == "log-linear":
        return -torch.log1p(-(1 - 1e-3) * t)
    if name == "geometric":
        return 1e-4 ** (1 - t) * 20.0**t
    if name == "cosine":
        return -torch.log(1e-3 + (1 - 1e-3) * torch.cos(t * torch.pi / 2))
    raise ValueError(name)


def at(name, t):
    """-> sigma(t), its derivative, the probability of being masked."""
    x = torch.tensor(t, dtype=torch.float64, requires_grad=True)
    value = sigma(name, x)
    (rate,) = torch.autograd.grad(value, x)
    return value.item(), rate.item(), -torch.expm1(-value).item()
