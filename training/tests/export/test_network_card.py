import json
from dataclasses import replace

import pytest

from training.export.export import read_card
from training.export.export_one_network import INFILL_ONE_135M
from training.export.model_card import NOT_MEASURED, NOT_RECORDED, refuse_other_results
from training.export.network_card import network_card
from training.model.architecture import Architecture
from training.model.one_network import NetworkArchitecture
from training.oracle.tiny_one_network import ARCHITECTURES
from training.shared.provenance import model_provenance
from training.tests.conftest import ROOT, TINY_NETWORKS

BUNDLED = json.loads((ROOT / "models" / "infill-code-135m" / "manifest.json").read_text())["architecture"]
WHOLE = NetworkArchitecture.of_base(Architecture.from_manifest(BUNDLED))
CARD = read_card(INFILL_ONE_135M)
RUN = {
    "name": "second",
    "configuration": {
        "blocks": [{"share": 1, "holes": 16, "suffix": 56, "middle": 24, "copies": 1}],
        "trunk": 320,
        "batch": 2,
        "learning_rate": 7e-4,
    },
    "device": "CPU, x86_64",
    "processes": 1,
    "minutes": 125.4,
    "steps": 9876,
    "windows": 19752,
    "holes": 316032,
    "writtenTokens": 11,
    "canvasTokens": 22,
    "trunkTokens": 0,
    "data": {"documents": 4242, "megabytes": 567.5, "languages": {"python": 567.5}},
    "heldOut": {"loss": 1.9, "write": 1.2345, "canvas": 2.5},
    "init": "first",
    "previous": [{"name": "first", "configuration": {}, "minutes": 91, "holes": 11607, "init": None, "previous": []}],
}


def test_the_kind_of_weights_is_told():
    whole, adapted = network_card(CARD, WHOLE), network_card(CARD, replace(WHOLE, adapter_rank=32))
    for text in (whole, adapted):
        assert NOT_RECORDED in text and NOT_MEASURED in text and "$" not in text
        assert f"# infill-one-135m {CARD['version']}" in text
        assert "30 causal layers, d = 576, with 106 M parameters and 28 M in the embedding" in text
    assert "All of its weights were trained" in whole and "adapters" not in whole
    assert "adapters of rank 32 stand beside every projection of every layer (8 M parameters" in adapted


def test_a_card_is_filled_from_the_runs():
    text = network_card(CARD, WHOLE, RUN)
    missing = f"{NOT_RECORDED} | " * 2
    assert f"| first | the base model | {missing}11,607 | {missing}91 | {NOT_RECORDED} | {NOT_MEASURED} |" in text
    assert "| second | first | 9,876 | 19,752 | 316,032 | 11 | 22 | 125 | CPU, x86_64 | 1.234 | 2.500 |" in text
    assert "at most 16 holes (100% of the windows; suffixes of up to 55 tokens, middles of up to 23, 1 noisy" in text
    assert "2 windows a step, AdamW at 0.0007. Its text: 4,242 files, 568 MB." in text


@pytest.mark.parametrize("kind", list(ARCHITECTURES))
def test_figures_of_other_weights_are_refused(tmp_path, kind):
    manifest = json.loads((TINY_NETWORKS / kind / "int8" / "manifest.json").read_text())
    ours = model_provenance(manifest)
    parts = ["networkSha256"] + ["adaptersSha256"] * (kind == "adapters")
    assert [name for name in ours if name.endswith("Sha256")] == sorted(parts)

    def refuse(**changes):
        (tmp_path / "table.json").write_text(
            json.dumps({"model": ours | changes, "recommended": manifest["recommended"]})
        )
        refuse_other_results(tmp_path, manifest)

    refuse()
    for part in parts:
        with pytest.raises(ValueError, match=f"another {part.removesuffix('Sha256')}"):
            refuse(**{part: ["0" * 64]})
