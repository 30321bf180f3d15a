"""Measures denoising on held-out selections with known faults and on clean ones, through the real engine, and writes
OUT/denoise.md, denoise.json and denoise.svg.

    npm run build
    python -m training.evaluate.denoise_corruptions --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION

Beside it stand the baseline of `least_likely_line.py` and, with --beside, another build of the engine at the steps that
the model recommends: its cli.cjs, in a folder below the repository's root. Every answer is kept in --cache, so what was
stopped goes on."""

import argparse
import json
from pathlib import Path

from training.evaluate.corrupted_selections import HALVES, corrupted_selections
from training.evaluate.denoise_markdown import denoise_markdown
from training.evaluate.denoise_plot import draw_denoise
from training.evaluate.denoise_rows import denoise_row
from training.evaluate.encoder_ranks import encoder_ranks
from training.evaluate.engine_denoise import denoise
from training.evaluate.engine_fill import CLI
from training.evaluate.evaluate import MOST_STEPS
from training.evaluate.healing import Healing
from training.evaluate.kept_answers import kept_answers, part_name
from training.evaluate.least_likely_line import refilled
from training.evaluate.report import command_line, computed, prepared, write_report
from training.evaluate.token_accuracy import load
from training.shared.progress import Progress, say
from training.shared.provenance import ROOT, cpu_name, file_sha256, model_provenance

OWN, BESIDE, BASELINE = "this", "before", "least likely line"  # names of the engines in the table


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--selections", type=int, default=400)
    p.add_argument("--half", choices=tuple(HALVES), default="judge", help="of the packages")
    p.add_argument("--seed", type=int, default=0, help="of the selections")
    p.add_argument("--strengths", default="0.1,0.25,0.5")
    p.add_argument("--steps", default="1,2,4,8")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--beside", help="cli.cjs of another build")
    p.add_argument("--skip-baseline", action="store_true")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(measured, a)
    for path in (*write_report(result, a.out, "denoise", denoise_markdown), draw_denoise(result, a.out)):
        print(path)


def measured(a):
    """-> what denoise.json holds"""
    strengths = numbers(a.strengths, "--strengths", float, 1)
    steps = numbers(a.steps, "--steps", int, MOST_STEPS)
    manifest, tokenizer, parts = prepared(a)
    selections = corrupted_selections(a.val, tokenizer, a.selections, a.half, a.seed)
    network = _Network(a.model)
    ranks = _ranks(network, manifest, selections, parts)
    recommended = manifest["recommended"]["steps"]
    shown = recommended if recommended in steps else steps[-1]
    settings = [(OWN, CLI, strength, count) for strength in strengths for count in steps]
    settings += [(BESIDE, Path(a.beside), strength, shown) for strength in strengths] if a.beside else []
    rows = []
    for name, cli, strength, count in settings:
        row = denoise_row(selections, _denoised(a, manifest, selections, strength, count, cli, parts), ranks)
        rows.append({"engine": name, "strength": strength, "steps": count} | row)
    if not a.skip_baseline:
        row = denoise_row(selections, _baseline(network, manifest, selections, parts), ranks)
        rows.append({"engine": BASELINE, "strength": None, "steps": None} | row)
    return {
        "model": model_provenance(manifest),
        "engineSha256": file_sha256(CLI),
        "besideSha256": file_sha256(a.beside) if a.beside else None,
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": _command(a),
        "selections": {
            "faulty": sum(bool(s.faults) for s in selections),
            "clean": sum(not s.faults for s in selections),
            "packages": len({s.package for s in selections}),
            "files": file_sha256(a.val),
            "half": a.half,
            "seed": a.seed,
        },
        "defaults": {"strength": default_strength(), "steps": recommended},
        "shownSteps": shown,
        "rows": rows,
    }


def numbers(text, option, kind, most):
    """ "0.1,0.5" -> [0.1, 0.5]"""
    try:
        values = [kind(each) for each in text.split(",")]
    except ValueError:
        values = []
    if not values or not all(0 < value <= most for value in values):
        raise ValueError(f"{option} {text}: write numbers above 0 and up to {most}, separated by commas.")
    return values


def default_strength():
    """What the editor asks with where nobody says, which is what the command line asks with."""
    configuration = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["contributes"]["configuration"]
    return next(
        group["properties"]["infill.denoise.strength"]["default"]
        for group in configuration
        if "infill.denoise.strength" in group["properties"]
    )


class _Network:
    """The model in PyTorch, loaded once and only where something is not kept yet."""

    def __init__(self, folder):
        self.folder, self.loaded = folder, None

    def get(self):
        if self.loaded is None:
            say("loading the model")
            encoder, _, tokenizer = load(self.folder)
            self.loaded = encoder, tokenizer
        return self.loaded


def _denoised(a, manifest, selections, strength, steps, cli, parts):
    setting = f"denoise {strength:g} {steps}"
    asked = {"threads": a.threads}
    decides = (manifest["weights"], manifest["tokenizer"], manifest["limits"], manifest["recommended"])
    path = parts / part_name(setting, decides, asked, file_sha256(cli) if cli.is_file() else None)
    folder = Path(a.model).resolve()
    progress = Progress(setting, len(selections))
    return kept_answers(path, selections, lambda m: denoise(folder, m, strength, steps, cli, asked), progress.step)


def _ranks(network, manifest, selections, parts):
    rules = _rules("encoder_ranks", "autoregressive", "corrupted_selections", "corruptions", "lexical_spans")
    path = parts / part_name("ranks", manifest["weights"], rules)
    progress = Progress("ranks", len(selections))
    return kept_answers(path, selections, lambda missing: encoder_ranks(*network.get(), missing), progress.step)


def _baseline(network, manifest, selections, parts):
    def compute(missing):
        encoder, tokenizer = network.get()
        yield from refilled(encoder, Healing(tokenizer), missing)

    rules = _rules("least_likely_line", "autoregressive", "completion_end", "healing")
    path = parts / part_name(BASELINE, manifest["weights"], rules)
    return kept_answers(path, selections, compute, Progress(BASELINE, len(selections)).step)


def _rules(*modules):
    """What else decides a kept answer: the code that wrote it."""
    return [file_sha256(Path(__file__).with_name(f"{name}.py")) for name in modules]


def _command(a):
    line = command_line("denoise_corruptions", a, "selections", "half", "seed", "strengths", "steps", "threads")
    return " ".join([line, *([f"--beside {Path(a.beside).name}"] if a.beside else [])])


if __name__ == "__main__":
    main()
