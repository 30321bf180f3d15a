import pytest
import torch
import torch.nn.functional as F

from training.model.architecture import EOM, MASK, START
from training.model.one_network_reference import NetworkReference
from training.model.who_sees_whom import CANVAS
from training.one_network import loss as losses
from training.one_network.loss import STREAMS, SUMS, loss_of_chunk, means, network_loss
from training.one_network.passes import Packed, hole_by_hole
from training.one_network.rows import READ, WRITE
from training.tests.one_network.conftest import CONFIG

HORIZON_WEIGHT = 0.3


def horizon_of(network):
    torch.manual_seed(1)
    return [torch.randn(48, dtype=torch.float64, requires_grad=True), torch.tensor(0.2, dtype=torch.float64)]


def one_after_the_other(network, batch, drawn):
    """The loss from `NetworkReference`'s answers for each hole, copy and row; without the horizon."""
    reference, sums = NetworkReference(network), dict.fromkeys(SUMS, 0.0)
    for b, window in enumerate(drawn):
        rows = {name: tensor[b] for name, tensor in batch.items()}
        read = reference.trunk(window.trunk[1:])
        answers = {}
        for number, hole in enumerate(window.holes, 1):
            prefix, suffix = window.trunk[1 : hole.cut], hole.suffix[1:]
            for i in range(len(hole.middle) + 1):
                answers[number, 2, i] = reference.write(prefix, suffix, hole.middle[:i])
            for kind in range(CANVAS, CANVAS + window.block.copies):
                copy = (rows["hole"] == number) & (rows["kind"] == kind)
                written = hole.middle[: int(rows["causal_limit"][copy][0])]
                log_p = reference.middle(prefix, suffix, written, rows["ids"][copy][1:].tolist())[1]
                answers |= {(number, kind, i): row for i, row in enumerate(log_p)}
        for row, target, weight, stream in zip(
            *(rows[name].tolist() for name in ("row", "target", "weight", "stream")), strict=True
        ):
            if weight:
                place = tuple(int(rows[name][row]) for name in ("hole", "kind", "index"))
                log_p = read[row] if stream == READ else answers[place]
                name = next(name for name, number in STREAMS.items() if number == stream)
                sums["loss"] -= weight * log_p[target].item()
                sums["weight"] += weight
                sums[f"{name}Nats"] -= log_p[target].item()
                sums[f"{name}Right"] += log_p.argmax().item() == target
                sums[f"{name}Count"] += 1
                if stream == WRITE and target != EOM:
                    sums["textNats"] -= log_p[target].item()
                    sums["textCount"] += 1
        sums["holes"] += len(window.holes)
    return sums


def test_the_loss_is_that_of_one_hole_one_row_after_the_other(network, windows):
    batch, drawn = windows
    expected = one_after_the_other(network, batch, drawn)
    for way in (hole_by_hole, Packed(len(drawn), CONFIG.rows, "cpu")):
        ours = dict(zip(SUMS, network_loss(network, None, batch, way).stacked().tolist(), strict=True))
        assert ours == pytest.approx(expected, rel=1e-6)  # weights are single precision


def test_both_ways_to_pass_rows_have_the_same_gradient(network, windows, monkeypatch):
    batch, drawn = windows
    monkeypatch.setattr(losses, "CHUNK", 7)
    gradients = []
    for way, static in ((hole_by_hole, False), (Packed(len(drawn), CONFIG.rows, "cpu"), True)):
        network.zero_grad()
        horizon = horizon_of(network)
        scores = network_loss(network, horizon, batch, way, loss_of_chunk, static, HORIZON_WEIGHT)
        scores.loss.backward()
        own = {name: q.grad.clone() for name, q in network.trained().items() if q.grad is not None}
        gradients.append(own | {"horizon": horizon[0].grad})
    assert set(gradients[0]) == set(gradients[1]) == set(network.trained()) | {"horizon"}
    for name, gradient in gradients[0].items():
        assert gradient.abs().max() > 0, name
        torch.testing.assert_close(gradient, gradients[1][name], rtol=1e-9, atol=1e-9, msg=name)


def test_chunks_change_the_weights_as_plain_logits_do(network, windows, monkeypatch):
    batch, _ = windows
    monkeypatch.setattr(losses, "CHUNK", 7)
    chosen = batch["weight"] > 0
    target, weight, stream, left = (batch[name][chosen] for name in ("target", "weight", "stream", "horizon"))

    def plain(horizon):
        hidden = hole_by_hole(network, batch, chosen)
        reading = (stream == READ)[:, None]
        logits = torch.where(reading, network.logits(hidden, reading=True), network.logits(hidden))
        loss = (F.cross_entropy(logits, target.long(), reduction="none") * weight).sum()
        guess = torch.sigmoid(network.normed(hidden) @ horizon[0] + horizon[1])
        return loss + HORIZON_WEIGHT * (guess - left).abs()[left >= 0].sum()

    def chunked(horizon):
        return network_loss(network, horizon, batch, hole_by_hole, horizon_weight=HORIZON_WEIGHT).loss

    found = []
    for loss_of in (plain, chunked):
        network.zero_grad()
        horizon = horizon_of(network)
        loss = loss_of(horizon)
        (3 * loss).backward()
        found.append((loss.detach(), horizon[0].grad, {n: q.grad for n, q in network.trained().items()}))
    torch.testing.assert_close(found[0], found[1], rtol=1e-6, atol=1e-6)


def test_what_reads_predicts_no_end_and_nothing_predicts_a_mask(network):
    h = torch.randn(2, 48, dtype=torch.float64)
    out = network.embedding.detach().clone()
    out[EOM] = network.eom_out
    reading = torch.tensor([True, False])

    def nats(token):
        target = torch.tensor([token, token])
        return loss_of_chunk(h, out, network.eom_bias, reading, target, torch.ones(2), True)[0].tolist()

    assert all(each > 1e8 for each in nats(MASK))
    assert nats(EOM)[0] > 1e8 > 100 > nats(EOM)[1]
    assert all(each < 100 for each in nats(START))


def test_means_leave_out_what_there_was_none_of():
    sums = dict.fromkeys(SUMS, 0.0) | {
        "loss": 6.0,
        "weight": 3.0,
        "canvasNats": 8.0,
        "canvasRight": 1.0,
        "canvasCount": 4.0,
    }
    assert means(torch.tensor(list(sums.values()))) == {"loss": 2.0, "canvas": 2.0, "canvasRight": 0.25}
