"""Rounds leave a machine as changes in pieces, and are joined here."""

import argparse
import json
import re
import shutil

import pytest
import torch

from training.gpu import pieces, send
from training.gpu.changes import digest, errors
from training.gpu.join import join
from training.model.one_network_weights import network_of
from training.one_network.train import load_base, main
from training.tests.conftest import ROOT, TEXT, TINY

SOURCE = argparse.Namespace(gguf=None, model=str(TINY / "fp32"))
SHAPES = {
    "all": {"embedding": (90, 32), "blocks.0.q.weight": (32, 32), "norm": (32,), "mask_in": (32,), "eom_bias": ()},
    "adapters": {"adapters.0.qkv.a": (16, 64), "adapters.0.qkv.b": (256, 16), "mask_in": (32,), "eom_bias": ()},
}


@pytest.fixture(params=["all", "adapters"])
def kind(request):
    return request.param


@pytest.fixture
def base():
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(SHAPES["all"][name], generator=generator) * 0.1 for name in ("embedding", "norm")}


def machine(folder, kind, base, rounds, steps=10):
    """What a machine leaves in `folder`/1, 2, ... -> the weights of its last round, and what it noted as sent."""
    generator = torch.Generator().manual_seed(7)
    weights = {name: base.get(name, torch.zeros(shape)) for name, shape in SHAPES[kind].items()}
    (folder / "there" / "run").mkdir(parents=True)
    for number in rounds:
        weights = {n: w + 0.02 / number**2 * torch.randn(w.shape, generator=generator) for n, w in weights.items()}
        saved = {"model": {n: w.bfloat16() for n, w in weights.items()}, "kind": kind, "step": steps * number}
        torch.save(saved, folder / "there" / "run" / "network.pt")
        send.send(folder / "there" / "run" / "network.pt", lambda: base, folder / str(number), number, 7000, 2000)
    return saved["model"], torch.load(folder / "there" / "sent.pt")["model"]


def test_rounds_make_the_weights_that_were_noted_as_sent(tmp_path, kind, base):
    weights, sent = machine(tmp_path, kind, base, (1, 2, 3))
    assert len(list((tmp_path / "1").rglob("0*"))) > 1
    assert all(path.stat().st_size <= 2000 for path in (tmp_path / "1").rglob("0*"))
    joined, last = join([tmp_path / "2", tmp_path / "3", tmp_path / "1"], base)
    assert digest(joined["model"]) == digest(sent) and last == tmp_path / "3"
    assert list(joined["model"]) == list(weights) and joined | {"model": 0} == {"model": 0, "kind": kind, "step": 30}
    assert errors(weights, joined["model"])["worst"] < errors(weights, join([tmp_path / "1"], base)[0]["model"])["mean"]
    for name in ("mask_in", "eom_bias"):
        assert torch.equal(joined["model"][name], weights[name])


def test_adapters_of_a_run_come_back_round_by_round(tmp_path):
    """What is joined makes the network that was trained."""
    entry = {"package": "npm:a", "path": "a.ts", "language": "typescript", "text": TEXT}
    (tmp_path / "000.jsonl").write_text(json.dumps(entry) + "\n")
    config = (ROOT / "training" / "configs" / "one_network" / "tiny.toml").read_text()
    config += 'weights = "adapters"\nrank = 4\ntrunk_weight = 0\nhorizon_weight = 0\n'
    run = tmp_path / "there" / "run"
    base = load_base(SOURCE)
    for number in (1, 2):
        (tmp_path / "some.toml").write_text(re.sub(r"(?m)^steps = .*$", f"steps = {2 * number}", config))
        main([str(tmp_path / "some.toml"), "--out", str(run), "--model", SOURCE.model, "--data", f"{tmp_path}/*.jsonl"])
        send.send(run / "network.pt", lambda: base[1], tmp_path / str(number), number, 20_000)
    joined, _ = join([tmp_path / "1", tmp_path / "2"], base[1])
    trained = torch.load(run / "network.pt")
    assert joined["kind"] == "adapters" and joined["rank"] == 4 and joined["step"] == trained["step"] == 4
    first, _ = join([tmp_path / "1"], base[1])
    assert errors(trained["model"], joined["model"])["worst"] < 0.005
    assert errors(trained["model"], joined["model"])["mean"] < errors(trained["model"], first["model"])["mean"] / 20
    wanted, made = (network_of(*base[:2], weights).state_dict() for weights in (trained, joined))
    assert list(made) == list(wanted)
    assert all(torch.equal(made[name], wanted[name]) for name in wanted if name not in joined["model"])


def test_a_piece_that_is_damaged_or_missing_is_named(tmp_path, base):
    machine(tmp_path, "all", base, (1, 2))
    piece = tmp_path / "2" / "change-2.pieces" / "001"
    content = piece.read_bytes()
    piece.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ValueError, match=r"2: Piece 1 of change-2 is damaged.*rounds before it can be joined"):
        join([tmp_path / "1", tmp_path / "2"], base)
    piece.unlink()
    with pytest.raises(ValueError, match="Piece 1 of change-2 is missing"):
        join([tmp_path / "1", tmp_path / "2"], base)
    assert join([tmp_path / "1"], base)[0]["step"] == 10


def test_a_round_that_is_missing_is_named(tmp_path, base):
    machine(tmp_path, "all", base, (1, 2, 3))
    with pytest.raises(ValueError, match="Round 2 is missing, and round 3 is a change of it"):
        join([tmp_path / "1", tmp_path / "3"], base)
    with pytest.raises(ValueError, match="Round 1 is missing, and round 2"):
        join([tmp_path / "2", tmp_path / "3"], base)
    with pytest.raises(ValueError, match="There are no pieces below"):
        join([tmp_path / "there"], base)


def test_a_round_that_was_cut_off_before_it_noted_what_it_sent_is_not_needed(tmp_path, kind, base):
    machine(tmp_path, kind, base, (1,))
    noted = (tmp_path / "there" / "sent.pt").read_bytes()
    network = tmp_path / "there" / "run" / "network.pt"
    send.send(network, lambda: base, tmp_path / "2", 2, 7000)
    (tmp_path / "there" / "sent.pt").write_bytes(noted)
    send.send(network, lambda: base, tmp_path / "3", 3, 7000)
    sent = torch.load(tmp_path / "there" / "sent.pt")["model"]
    for came in (("1", "3"), ("1", "2", "3")):
        assert digest(join([tmp_path / each for each in came], base)[0]["model"]) == digest(sent)


def test_rounds_of_another_base_or_run_are_refused(tmp_path, base):
    machine(tmp_path, "all", base, (1, 2))
    other = {name: tensor + 0.01 for name, tensor in base.items()}
    with pytest.raises(ValueError, match="Round 1 does not fit: It was measured against other weights"):
        join([tmp_path / "1", tmp_path / "2"], other)
    machine(tmp_path / "other", "all", other, (1, 2))
    with pytest.raises(ValueError, match="hold different changes of round 1"):
        join([tmp_path / "1", tmp_path / "other" / "1"], base)
    with pytest.raises(ValueError, match="Round 2 does not fit"):
        join([tmp_path / "1", tmp_path / "other" / "2"], base)
    shutil.copytree(tmp_path / "1", tmp_path / "again")
    join([tmp_path / "1", tmp_path / "2", tmp_path / "again"], base)


def test_what_does_not_fit_is_not_noted_as_sent(tmp_path, base):
    with pytest.raises(ValueError, match="Not even the coarsest change fits"):
        (tmp_path / "run").mkdir()
        weights = {name: base[name] + 1 for name in base}
        torch.save({"model": weights}, tmp_path / "run" / "network.pt")
        send.send(tmp_path / "run" / "network.pt", lambda: base, tmp_path / "1", 1, 500)
    assert not (tmp_path / "sent.pt").exists() and not (tmp_path / "1").exists()


def test_no_round_gives_back_more_than_it_may():
    assert pieces.RETURNED * pieces.RETURNED_SIZE == 60 and pieces.RETURNED_SIZE < 16
    assert pieces.RETURNED + len(("sums.json", "record.json", "curve.csv", "log.txt")) == 8
