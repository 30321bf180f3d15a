"""The figures that README states: figures.json beside an evaluation's records (evaluate.py, human_eval.py),
and README's paragraph and pictures, made from the records of the bundled model.

    python -m training.evaluate.figures

The paragraph's words are those of readme_figures.md.template; a test compares all of it."""

import json
import shutil
import tempfile
from pathlib import Path
from string import Template

from training.evaluate.evaluation_plots import draw_evaluation
from training.evaluate.evaluation_rows import ALL, BASELINE, BASELINE_CUT
from training.evaluate.human_eval_problems import OFFICIAL, OPENED
from training.shared.json_text import json_text, rounded
from training.shared.provenance import ROOT, deciding, model_provenance

README = ROOT / "README.md"
MEDIA = ROOT / "media"
PICTURES = ("quality.png", "confidence.png")  # of evaluate.py, in README
BUNDLED = ROOT / "models" / "infill-code-135m"
TEMPLATE = Path(__file__).with_name("readme_figures.md.template")
BEGIN, END = "<!-- figures: training/evaluate/figures.py writes what follows -->", "<!-- end of figures -->"
RECORDS = {"heldOut": ("table.json", "evaluate.py"), "humanEval": ("human-eval.json", "human_eval.py")}


def bundled_results():
    """The folder of the records of the bundled model's version."""
    version = json.loads((BUNDLED / "manifest.json").read_text(encoding="utf-8"))["version"]
    return ROOT / "training" / "results" / version


def figures_of(folder):
    """A folder of records -> what figures.json holds: of each evaluation that was made its few figures, as recorded."""
    select = {"heldOut": _held_out, "humanEval": _human_eval}
    figures = {}
    for name, (record, _) in RECORDS.items():
        path = Path(folder, record)
        result = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if "recommended" in result:  # records of HumanEval of before did not say with which options
            figures[name] = {key: result[key] for key in ("model", "recommended")} | select[name](result)
    return rounded(figures, 5)


def write_figures(folder):
    """After an evaluation: figures.json of all that was measured in that folder -> its path"""
    path = Path(folder, "figures.json")
    path.write_text(json_text(figures_of(folder)), encoding="utf-8")
    return path


def _held_out(result):
    rows = {(row["kind"], row["setting"]): row for row in result["rows"] if row["group"] == ALL}
    missing, cut, complete = (
        rows.get(place, {}) for place in ((ALL, result["shown"]), (ALL, BASELINE_CUT), ("nothing", result["shown"]))
    )
    return {
        "holes": missing.get("count"),
        "exact": missing.get("exact"),
        "exactInterval": missing.get("exactInterval"),
        "beginsRight": missing.get("beginsRight"),
        "baselineExact": cut.get("exact"),
        "baselineBeginsRight": cut.get("beginsRight"),
        "complete": complete.get("count"),
        "silent": round(complete["exact"] * complete["count"]) if complete else None,
    }


def _human_eval(result):
    rows = {(row["form"], row["setting"]): row for row in result["rows"]}
    steps = str(result["recommended"]["steps"])
    official, opened, baseline = (
        rows.get(place, {}) for place in ((OFFICIAL, steps), (OPENED, steps), (OFFICIAL, BASELINE))
    )
    return {
        "problems": result["problems"],
        "asked": official.get("count"),
        "official": official.get("passed"),
        "officialInterval": official.get("passedInterval"),
        "opened": opened.get("passed"),
        "baseline": baseline.get("passed"),
    }


def readme_paragraph(folder, manifest):
    """-> README's paragraph, from figures.json of that folder.

    ValueError where a figure is missing, or was measured with other weights or options than the manifest's: it would be
    claimed for what nobody measured."""
    path = Path(folder, "figures.json")
    figures = json.loads(path.read_text(encoding="utf-8"))
    for name, (_, program) in RECORDS.items():
        if None in figures.get(name, {"": None}).values():
            raise ValueError(f"{path} lacks figures of {name}, which {program} --out {folder} measures.")
        ours = {"model": model_provenance(manifest), "recommended": deciding(manifest["recommended"])}
        theirs = figures[name] | {"recommended": deciding(figures[name]["recommended"])}
        changed = [key for key, value in ours.items() if theirs[key] != value]
        if changed:
            raise ValueError(f"{path}: {name} was measured with another {' and '.join(changed)} than the manifest's.")
    held_out, human_eval = figures["heldOut"], figures["humanEval"]
    asked, problems = human_eval["asked"], human_eval["problems"]
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        steps=held_out["recommended"]["steps"],
        holes=held_out["holes"],
        exact=_percent(held_out["exact"]),
        exact_interval=_interval(held_out["exactInterval"]),
        begins_right=_percent(held_out["beginsRight"]),
        baseline_exact=_percent(held_out["baselineExact"]),
        baseline_begins_right=_percent(held_out["baselineBeginsRight"]),
        silent=held_out["silent"],
        complete=held_out["complete"],
        problems=f"all {problems:,}" if asked == problems else f"{asked:,} of {problems:,}",
        official=_percent(human_eval["official"]),
        official_interval=_interval(human_eval["officialInterval"]),
        opened=_percent(human_eval["opened"]),
        baseline=_percent(human_eval["baseline"]),
    )


def _percent(share):
    return f"{100 * share:.1f}"


def _interval(ends):
    return "-".join(f"{100 * end:.0f}" for end in ends)


def filled_readme(text, paragraph):
    """README with its figures' paragraph replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README has no place for its figures: between {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{paragraph.strip()}\n{END}{after}"


def main():
    folder = bundled_results()
    write_figures(folder)
    paragraph = readme_paragraph(folder, json.loads((BUNDLED / "manifest.json").read_text(encoding="utf-8")))
    README.write_text(filled_readme(README.read_text(encoding="utf-8"), paragraph), encoding="utf-8")
    with tempfile.TemporaryDirectory() as drawn:
        for path in draw_evaluation(json.loads((folder / "table.json").read_text(encoding="utf-8")), drawn, "png"):
            if path.name in PICTURES:
                shutil.copyfile(path, MEDIA / path.name)


if __name__ == "__main__":
    main()
