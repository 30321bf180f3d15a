"""The programs of training/claims, end to end on a little text with tiny networks."""

import json
import math
from itertools import pairwise

import pytest
import torch
import zstandard

from training.claims import (
    crossings,
    fit,
    measure_compared,
    sample_quality,
    tables,
    text_slices,
    train_compared,
    train_repeated,
    write_data_constrained,
    write_sedd_claims,
)
from training.claims.characters import MASK, SIZE, decode, encode, writable
from training.claims.likelihood import bits, held_out_windows
from training.claims.network import KINDS, Body, Network
from training.tests.conftest import ROOT

TINY = Body(layers=1, width=32, heads=2)
PAGE = "# A page\n\n{}\n"


def marks(*names):
    return PAGE.format("\n\n".join(f"<!-- table: {name} -->\n<!-- end -->" for name in names))


def documents(side, count):
    """Python of several packages, long enough to be cut."""
    for number in range(count):
        lines = (f"def {side}_{number}_{i}(value):\n    return value * {i} + {number}\n\n" for i in range(130))
        yield {"package": f"{side}{number % 8}", "path": f"{number}.py", "language": "python", "text": "".join(lines)}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    (folder / "corpus" / "train").mkdir(parents=True)
    for path, side in (("train/000.jsonl.zst", "some"), ("val.jsonl.zst", "held")):
        lines = "".join(json.dumps(document) + "\n" for document in documents(side, 16))
        (folder / "corpus" / path).write_bytes(zstandard.compress(lines.encode()))
    text_slices.main(["--corpus", str(folder / "corpus"), "--out", str(folder)])
    return folder


def test_slices_share_no_package_and_are_the_same_every_time(text, tmp_path):
    text_slices.main(["--corpus", str(text / "corpus"), "--out", str(tmp_path)])
    names = {}
    for name in ("models", "judge", "held-out"):
        content = (text / f"{name}.txt").read_text()
        assert content == (tmp_path / f"{name}.txt").read_text()
        assert len(content) >= text_slices.PIECE
        assert len(content) % text_slices.PIECE == 0
        names[name] = {word.split("_")[0] + word.split("_")[1] for word in content.split() if word.count("_") == 2}
    assert not names["models"] & names["judge"]


def test_characters_survive_and_others_are_refused():
    assert decode(encode("if a:\n\tb = '~'")) == "if a:\n    b = '~'"
    assert not writable("naïve")
    with pytest.raises(KeyError):
        encode("ü")


def test_an_epoch_reads_every_character_once():
    stream = torch.arange(256)
    settings = fit.Settings(steps=8, batch=2, length=32, seed=1)
    first, second = (torch.cat([fit.windows_of_step(stream, 4 * e + i, settings) for i in range(4)]) for e in (0, 1))
    assert sorted(first.flatten().tolist()) == list(range(256))
    assert sorted(second.flatten().tolist()) == list(range(256))
    assert not torch.equal(first, second)
    with pytest.raises(ValueError, match="less than one batch"):
        fit.windows_of_step(stream[:40], 0, settings)


def test_training_that_was_stopped_goes_on_as_if_it_was_not(tmp_path):
    stream = torch.randint(SIZE, (2048,), generator=torch.Generator().manual_seed(0))
    settings = fit.Settings(steps=6, batch=4, length=32, warmup=2, average=0.9)

    def run(path, stop):
        torch.manual_seed(0)
        network = Network("sedd-uniform", TINY)
        done = fit.fit(
            network,
            stream,
            settings,
            path,
            lambda averaged: {"at": averaged.head.bias[0].item()},
            (3, 6),
            lambda rows: len(rows) > stop,
        )
        return network.state_dict(), [(row["step"], row["at"]) for row in done["rows"]]

    whole, rows = run(tmp_path / "whole.pt", 9)
    _, stopped = run(tmp_path / "parts.pt", 1)
    saved = torch.load(tmp_path / "parts.pt", weights_only=True)
    saved["state"]["ended"] = False
    torch.save(saved, tmp_path / "parts.pt")
    parts, again = run(tmp_path / "parts.pt", 9)
    assert [step for step, _ in rows] == [0, 3, 6]
    assert rows == again
    assert stopped == rows[:2]
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_learns_a_text_by_heart(kind, tmp_path):
    """Of which every character is certain from either side."""
    stream = encode("ab" * 256)
    torch.manual_seed(0)
    network = Network(kind, TINY)
    settings = fit.Settings(steps=150, batch=8, length=32, learning_rate=5e-3, warmup=10, save_every=1e9)
    fit.fit(network, stream, settings, tmp_path / "network.pt")
    assert bits(network, held_out_windows(stream, 16, 32)).mean < 0.25 * math.log2(SIZE)


def test_a_network_left_to_right_sees_nothing_to_its_right_and_the_others_see_all():
    for kind in KINDS:
        torch.manual_seed(0)
        network = Network(kind, TINY)
        torch.nn.init.normal_(network.head.weight)
        ids = torch.randint(SIZE, (1, 16))
        changed = ids.clone()
        changed[0, -1] = (changed[0, -1] + 1) % SIZE
        sigma = torch.tensor([0.5])
        same = torch.equal(network(ids, sigma)[0, :-1], network(changed, sigma)[0, :-1])
        assert same == (kind == "autoregressive"), kind


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="sedd-uniform"):
        Network("sedd", TINY)


def test_blanks_are_likely_but_not_varied():
    blanks = torch.zeros(2, 32, dtype=torch.long)
    letters = torch.arange(64).view(2, 32)
    assert sample_quality.entropy(blanks) == 0
    assert sample_quality.entropy(letters) == pytest.approx(6)
    assert sample_quality.distinct(letters) == 1
    assert sample_quality.distinct(blanks) == pytest.approx(1 / 58)


def rows_of(bits):
    return [
        {"epochs": 2.0**i, "bits": b, "error": 0.01, "train": b, "step": i, "seconds": 0} for i, b in enumerate(bits)
    ]


def test_a_crossing_is_interpolated_and_what_was_not_seen_is_marked():
    rows = rows_of([5.0, 4.0, 3.0])
    seen = crossings.crossing(rows, 3.5, unique=1000)
    assert not seen.extrapolated
    assert seen.epochs == pytest.approx(2**1.5)
    assert seen.characters == pytest.approx(1000 * 2**1.5)
    drawn_on = crossings.crossing(rows, 2.0, unique=1000)
    assert drawn_on.extrapolated
    assert drawn_on.epochs == pytest.approx(8)
    assert crossings.crossing(rows_of([5.0, 4.0, 4.5]), 3.0, 1000, last=2) is None
    assert crossings.crossing(rows, -50.0, unique=1000) is None


def test_curves_meet_where_the_one_is_first_below_the_other():
    falling, rising = rows_of([5.0, 4.0, 3.0, 2.5]), rows_of([4.0, 3.2, 3.5, 4.0])
    assert crossings.meeting(falling, rising) == 4
    assert crossings.meeting(rising, rising) is None


def test_a_power_law_is_found_again():
    points = [(x, 3.0 * x**2.174) for x in (1000, 2000, 5000, 9000)]
    exponent, factor, error = crossings.power_law(points)
    assert exponent == pytest.approx(2.174)
    assert factor == pytest.approx(3.0)
    assert error == pytest.approx(0, abs=1e-9)
    assert crossings.power_law(points[:2])[2] is None


def test_tables_replace_what_stands_between_their_marks():
    text = tables.with_tables(marks("a"), {"a": tables.table(("x", "y"), [(1, 2)])})
    assert "| 1 | 2 |" in text
    assert tables.with_tables(text, {"a": "new"}).count("new") == 1
    assert "| 1 | 2 |" not in tables.with_tables(text, {"a": "new"})
    with pytest.raises(ValueError, match="other"):
        tables.with_tables(text, {"other": ""})


def test_the_comparison_runs_from_text_to_page(text, tmp_path, monkeypatch):
    for name in ("COMPARED", "JUDGE"):
        monkeypatch.setattr(train_compared, name, TINY)
    networks, out = tmp_path / "networks", tmp_path / "results.json"
    train_compared.main(["--text", str(text), "--out", str(networks), "--steps", "3", "--judge-steps", "3"])
    small = ["--windows", "4", "--draws", "2", "--samples", "2", "--evaluations", "2", "3", "--holes", "3"]
    command = ["--text", str(text), "--networks", str(networks), "--out", str(out), *small]
    measure_compared.main(command)
    first = out.read_bytes()
    results = json.loads(first)
    assert set(results["bounds"]) == {*KINDS, "judge"}
    assert results["trained"]["mdlm"]["characters"] == 3 * 8 * 128
    assert all(0 < each["bits"] < 12 for each in results["bounds"].values())
    assert chr(9618) not in "".join(t for each in results["generation"].values() for t in each.get("texts", []))
    measure_compared.main(command)  # nothing is measured twice
    assert out.read_bytes() == first
    (tmp_path / "sedd-claims.md").write_text(marks("networks", "bounds", "generation", "middle", "random"))
    write_sedd_claims.main(["--results", str(out), "--docs", str(tmp_path)])
    assert "| SEDD uniform | 3 |" in (tmp_path / "sedd-claims.md").read_text()
    assert (tmp_path / "sedd-claims.svg").stat().st_size > 1000


def test_repeated_text_runs_from_text_to_page(text, tmp_path, monkeypatch):
    monkeypatch.setattr(train_repeated, "BODY", TINY)
    monkeypatch.setattr(train_repeated, "OTHER_RATES", (2e-3,))
    out = tmp_path / "results.json"
    command = ["--text", str(text), "--networks", str(tmp_path / "networks"), "--out", str(out), "--windows", "4"]
    command += ["--unique", "1024", "2048", "--diffusion-epochs", "24", "14", "--epochs", "24", "--seeds", "2"]
    train_repeated.main(command)
    results = json.loads(out.read_text())
    curves = results["curves"]
    assert [each["unique"] for each in results["compared"]] == [1024, 2048]
    assert all(each["error"] > 0 for each in results["compared"])
    assert len(curves) == 2 * 3 + 4
    for curve in curves:
        assert all(a["epochs"] < b["epochs"] for a, b in pairwise(curve["rows"]))
        assert curve["rows"][-1]["bits"] < curve["rows"][0]["bits"]
    (tmp_path / "data-constrained.md").write_text(marks("best", "compared", "crossings", "fit", "rates"))
    write_data_constrained.main(["--results", str(out), "--docs", str(tmp_path)])
    assert "| 2,048 |" in (tmp_path / "data-constrained.md").read_text()
    assert (tmp_path / "data-constrained.svg").stat().st_size > 1000


def test_the_last_comparison_is_on_text_that_chose_nothing():
    stream = torch.arange(100_000)
    used = set(held_out_windows(stream, 20, train_repeated.LENGTH).flatten().tolist())
    others = train_repeated.other_windows(stream, 20).flatten().tolist()
    assert len(set(others)) == len(others) == 19 * train_repeated.OTHERS * train_repeated.LENGTH
    assert not used & set(others)
    with pytest.raises(ValueError, match="too few"):
        train_repeated.other_windows(stream[:2000], 20)


@pytest.mark.parametrize("module", (write_sedd_claims, write_data_constrained))
def test_the_tables_of_the_pages_are_those_of_the_results(module):
    name = {write_sedd_claims: "sedd-claims", write_data_constrained: "data-constrained"}[module]
    results = ROOT / "training" / "claims" / "results" / f"{name}.json"
    page = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert tables.with_tables(page, module.tables_of(json.loads(results.read_text(encoding="utf-8")))) == page


def test_the_mask_is_outside_the_alphabet():
    assert MASK == SIZE == 96
