import json
import re

import pytest
from PIL import Image

from training.evaluate.evaluation_markdown import evaluation_markdown
from training.evaluate.evaluation_plots import picture_source
from training.evaluate.figures import (
    BEGIN,
    BUNDLED,
    END,
    MEDIA,
    PICTURES,
    README,
    bundled_results,
    figures_of,
    filled_readme,
    readme_paragraph,
    write_figures,
)
from training.evaluate.human_eval import human_eval_markdown
from training.export.export import read_card
from training.export.model_card import model_card
from training.model.architecture import Architecture

MANIFEST = json.loads((BUNDLED / "manifest.json").read_text(encoding="utf-8"))
RESULTS = bundled_results()
FIGURES = json.loads((RESULTS / "figures.json").read_text(encoding="utf-8"))
REMEDY = "run `python -m training.evaluate.figures`, or the evaluation once more"


def read(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def leaves(value, path=()):
    """Paths of all numbers, `model` and `recommended` aside."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        if key not in ("model", "recommended"):
            yield from [(*path, key)] if isinstance(entry, (int, float)) else leaves(entry, (*path, key))


def changed(path, change):
    figures = json.loads(json.dumps(FIGURES))
    place = figures
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = change(place[path[-1]])
    return figures


def paragraph_of(tmp_path, figures):
    (tmp_path / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    return readme_paragraph(tmp_path, MANIFEST)


def test_the_file_of_figures_is_what_the_evaluations_measured():
    assert figures_of(RESULTS) == FIGURES, REMEDY


def test_readme_states_these_figures():
    text = README.read_text(encoding="utf-8")
    assert filled_readme(text, readme_paragraph(RESULTS, MANIFEST)) == text, REMEDY


def test_readme_states_no_measured_share_anywhere_else():
    text = README.read_text(encoding="utf-8")
    rest = text[: text.index(BEGIN)] + text[text.index(END) :]
    assert not re.findall(r".*\d ?%.*", rest), "a share belongs into readme_figures.md.template, with its record"


def test_every_figure_that_changes_changes_the_paragraph(tmp_path):
    stated = readme_paragraph(RESULTS, MANIFEST)
    paths = list(leaves(FIGURES))
    assert len(paths) > 12
    for path in paths:
        figures = changed(path, lambda number: number + (7 if isinstance(number, int) else 0.07))
        assert paragraph_of(tmp_path, figures) != stated, path


def test_figures_of_other_weights_or_options_and_missing_ones_are_refused(tmp_path):
    for name in ("heldOut", "humanEval"):
        with pytest.raises(ValueError, match=rf"{name} was measured with another model than"):
            paragraph_of(tmp_path, changed((name, "model", "version"), lambda version: version + ".1"))
        with pytest.raises(ValueError, match=rf"{name} was measured with another recommended than"):
            paragraph_of(tmp_path, changed((name, "recommended", "stopBelow"), lambda _: 0))
        with pytest.raises(ValueError, match=rf"lacks figures of {name}, which .*\.py --out"):
            paragraph_of(tmp_path, {key: value for key, value in FIGURES.items() if key != name})
    with pytest.raises(ValueError, match=r"lacks figures of heldOut, which evaluate\.py"):
        paragraph_of(tmp_path, changed(("heldOut", "baselineExact"), lambda _: None))


def test_an_evaluation_alone_writes_its_own_figures(tmp_path):
    (tmp_path / "table.json").write_text((RESULTS / "table.json").read_text(encoding="utf-8"), encoding="utf-8")
    written = json.loads(write_figures(tmp_path).read_text(encoding="utf-8"))
    assert written == {"heldOut": FIGURES["heldOut"]}


def test_readme_without_a_place_for_figures_is_refused():
    with pytest.raises(ValueError, match="no place for its figures"):
        filled_readme("# Infill\n", "text")


def nudged(value, factor):
    """All shares and times by a factor, counts as they are."""
    if isinstance(value, float):
        return value * factor
    if isinstance(value, dict):
        return {key: nudged(entry, factor) for key, entry in value.items()}
    return [nudged(entry, factor) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name, markdown", [("table", evaluation_markdown), ("human-eval", human_eval_markdown)])
def test_tables_say_what_their_records_say(name, markdown):
    written = (RESULTS / f"{name}.md").read_text(encoding="utf-8").split()
    # A record keeps five digits, from which a tie may be rounded otherwise than the number that was measured.
    told = [markdown(nudged(read(name), factor)).split() for factor in (1, 1 - 1e-5, 1 + 1e-5)]
    assert [len(words) for words in told] == [len(written)] * 3
    assert [words for words in zip(written, *told, strict=True) if words[0] not in words[1:]] == []


def test_the_model_card_says_what_the_records_say():
    text = (BUNDLED / "MODEL_CARD.md").read_text(encoding="utf-8")
    architecture = Architecture.from_manifest(MANIFEST["architecture"])
    assert model_card(read_card(), architecture, read("record"), RESULTS).strip() == text.strip()


@pytest.mark.parametrize("name", PICTURES)
def test_readmes_pictures_are_drawn_from_the_record(name):
    with Image.open(MEDIA / name) as picture:
        assert picture.info.get("Source") == picture_source(read("table")), REMEDY
    assert f"](media/{name})" in README.read_text(encoding="utf-8")
