import json

import pytest

from training.export.export import read_card
from training.export.model_card import NOT_MEASURED, NOT_RECORDED, layer_parameters, model_card, refuse_other_results
from training.model.architecture import Architecture
from training.model.model_folder import read_model_folder
from training.oracle.tiny import TINY
from training.tests.conftest import ROOT

MANIFEST = json.loads((ROOT / "models" / "infill-code-135m" / "manifest.json").read_text())
PARTS = ("encoder", "denoiser")
BUNDLED = Architecture.from_manifest(MANIFEST["architecture"])

RUN = {
    "name": "second",
    "configuration": {
        "window": 512,
        "suffix": 96,
        "canvases": [{"size": 16, "holes": 16, "share": 0.25}, {"size": 32, "holes": 8, "share": 0.75}],
        "copies": 3,
        "batch": 32,
        "learning_rate": 6e-4,
        "ema": 0.999,
    },
    "device": "Some GPU",
    "processes": 1,
    "minutes": 19.4,
    "steps": 9876,
    "windows": 1234567,
    "holes": 7654321,
    "contextTokens": 11,
    "canvasRows": 22,
    "maskedTokens": 33,
    "data": {"documents": 4242, "megabytes": 567.5, "languages": {"python": 567.5}},
    "heldOut": {"loss": 1.2345, "accuracy": 0.6, "first": 0.7},
    "init": "first",
    "previous": [],
}
RUN["previous"] = [RUN | {"name": "first", "init": None, "steps": 17, "heldOut": None, "processes": 2}]


def test_a_card_says_how_the_copies_were_made():
    run = RUN | {"configuration": RUN["configuration"] | {"copies": 4, "absorbed": 2, "encoder_mix": 0.5}}
    text = model_card(read_card(), BUNDLED, run)
    assert "4 noisy copies of each hole (2 of them in a context that has absorbed first tokens)" in text
    assert "row 0 mixed with the encoder's at 0.5" in text
    assert "3 noisy copies of each hole, 32 windows" in model_card(read_card(), BUNDLED, RUN)


def test_a_card_without_records_says_so():
    text = model_card(read_card(), BUNDLED)
    assert NOT_RECORDED in text and NOT_MEASURED in text and "$" not in text
    assert f"# infill-code-135m {read_card()['version']}" in text
    assert "106 M, and 28 M in the embedding" in text and "| 42 M |" in text
    assert "layers 1, 4, 7" in text and "token 16 stands for a masked place" in text


def test_a_card_is_filled_from_the_runs_and_their_evaluation(tmp_path):
    (tmp_path / "table.md").write_text("# infill 1.0\n\n## Exact\n\n| a |\n")
    text = model_card(read_card() | {"version": "9.9"}, BUNDLED, RUN, tmp_path)
    assert "| first | the encoder | 17 |" in text and "2 x Some GPU" in text
    assert "| second | first | 9,876 | 1,234,567 | 7,654,321 | 33 | 22 | 11 | 19 | Some GPU | 1.234 |" in text
    assert "canvases of 16 (25%), 32 (75%)" in text and "4,242 files, 568 MB" in text
    assert "### infill 1.0" in text and "#### Exact" in text and NOT_RECORDED not in text
    (tmp_path / "steps.md").write_text("# What steps bring\n\n| steps |\n")
    with_steps = model_card(read_card(), BUNDLED, RUN, tmp_path)
    assert with_steps.index("### What steps bring\n\n| steps |\n\n### infill 1.0") > 0
    with pytest.raises(FileNotFoundError, match=r"evaluate\.py"):
        model_card(read_card(), BUNDLED, RUN, tmp_path / "nothing")


def test_figures_of_other_weights_or_options_are_refused(tmp_path):
    sums = {part: [f["sha256"] for f in MANIFEST["weights"]["files"] if f["part"] == part] for part in PARTS}
    right = {
        "model": {"encoderSha256": sums["encoder"], "denoiserSha256": sums["denoiser"]},
        "recommended": MANIFEST["recommended"],
    }

    def refuse(**changes):
        (tmp_path / "table.json").write_text(json.dumps(right | changes))
        refuse_other_results(tmp_path, MANIFEST)

    refuse()
    with pytest.raises(ValueError, match="another denoiser"):
        refuse(model=right["model"] | {"denoiserSha256": ["0" * 64]})
    with pytest.raises(ValueError, match="another encoder"):
        refuse(model=right["model"] | {"encoderSha256": sums["encoder"][:1]})
    with pytest.raises(ValueError, match=r"other bySteps, encoderMix than"):
        refuse(recommended=MANIFEST["recommended"] | {"encoderMix": 0.25, "bySteps": []})
    with pytest.raises(ValueError, match=r"evaluate\.py"):
        refuse_other_results(tmp_path / "nothing", MANIFEST)


def test_options_for_few_steps_are_told():
    card = read_card()
    card["recommended"] |= {"bySteps": [{"upTo": 4, "entropyBound": 1.5}]}
    assert "- at most 4 steps: `entropyBound` 1.5" in model_card(card, BUNDLED)


def test_a_layers_parameters_are_counted(tiny):
    block = read_model_folder(ROOT / "test" / "fixtures" / "tiny" / "fp32").encoder.blocks[0]
    assert layer_parameters(TINY) == sum(each.numel() for each in block.parameters())


def test_the_bundled_manifest_is_what_an_export_would_write():
    card = read_card()
    for key in ("name", "displayName", "version", "license", "description", "limits", "recommended"):
        assert MANIFEST[key] == card[key], key
