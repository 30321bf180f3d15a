"""Measures a model on held-out holes, through the real engine, and writes OUT/table.md, table.json and plots, and into
figures.json what README says of them.

    npm run build
    python -m training.evaluate.evaluate --model models/infill-code-135m --gguf BASE.gguf --val corpus/val.jsonl.zst \
        --out training/results/NAME

Every answer is kept in --cache, so an evaluation that was stopped goes on, and one with more holes or settings computes
only those. --set tries other options of the manifest: --set encoderMix=0.5 --set absorb=false."""

import argparse
import json
from pathlib import Path

from training.evaluate.autoregressive import complete
from training.evaluate.completion_end import before_suffix
from training.evaluate.engine_fill import CLI, changed_model, fill, with_changes
from training.evaluate.evaluation_markdown import evaluation_markdown
from training.evaluate.evaluation_plots import draw_evaluation
from training.evaluate.evaluation_rows import BASELINE, BASELINE_CUT, confidence_tables, evaluation_rows
from training.evaluate.figures import write_figures
from training.evaluate.healing import Healing
from training.evaluate.held_out import held_out_holes
from training.evaluate.kept_answers import kept_answers, part_name
from training.evaluate.report import computed, prepared, write_report
from training.evaluate.token_accuracy import load, token_accuracy, token_scores
from training.model.base import Base
from training.model.model import Encoder
from training.shared.progress import Progress, say
from training.shared.provenance import cpu_name, file_sha256, model_provenance, place_name

EACH, MOST_STEPS = "each", 64  # one token a step: as many steps as the engine allows, and never more than one token


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard: JSON lines with package, path, language and text")
    p.add_argument("--out", required=True)
    p.add_argument("--gguf", help="the exact base model for the baseline; without it the model folder's own encoder")
    p.add_argument("--holes", type=int, default=20, help="of each group and kind")
    p.add_argument("--seed", type=int, default=0, help="of the holes")
    p.add_argument("--steps", default="1,2,4,8,16,32,each", help="settings; each: one token a step")
    p.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="another recommended option")
    p.add_argument("--skip-baseline", action="store_true")
    p.add_argument("--skip-tokens", action="store_true", help="no accuracy of masked tokens")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    p.add_argument("--form", choices=("svg", "png"), default="svg", help="of the plots")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(evaluate, a)
    for path in (*write_report(result, a.out, "table", evaluation_markdown), *draw_evaluation(result, a.out, a.form)):
        print(path)
    print(write_figures(a.out))


def evaluate(a):
    """-> what table.json holds"""
    settings, changes = step_settings(a.steps), overrides(a.set)
    manifest, tokenizer, parts = prepared(a)
    say("cutting holes")
    holes = held_out_holes(a.val, tokenizer, a.holes, a.seed)
    answers = {name: filled(a.model, manifest, holes, changes, name, n, parts) for name, n in settings.items()}
    if not a.skip_baseline:
        written = _completed(a, manifest, holes, parts)
        answers[BASELINE] = {name: {"text": text} for name, text in written.items()}
        answers[BASELINE_CUT] = {h.id: {"text": before_suffix(written[h.id], h.kind, h.suffix)} for h in holes}
    recommended = with_changes(manifest["recommended"], changes)
    shown = str(recommended["steps"])
    shown = shown if shown in settings else list(settings)[-1]
    return {
        "model": model_provenance(manifest),
        "recommended": recommended,
        "engineSha256": file_sha256(CLI),
        "baseSha256": file_sha256(a.gguf) if a.gguf else None,
        "cpu": cpu_name(),
        "command": _command(a),
        "holes": {
            "count": len(holes),
            "packages": len({hole.package for hole in holes}),
            "files": file_sha256(a.val),
            "seed": a.seed,
        },
        "rows": evaluation_rows(holes, answers),
        "shown": shown,
        "confidence": confidence_tables(holes, answers[shown]),
        "tokens": None if a.skip_tokens else _tokens(a.model, manifest, holes, parts),
    }


def step_settings(text):
    """ "1,16,each" -> {"1": 1, "16": 16, "each": 64}"""
    settings = {}
    for name in text.split(","):
        count = MOST_STEPS if name == EACH else int(name) if name.isascii() and name.isdigit() else 0
        if not 1 <= count <= MOST_STEPS:
            raise ValueError(f"--steps {text}: write numbers from 1 to {MOST_STEPS}, or {EACH}, separated by commas.")
        settings[name] = count
    return settings


def overrides(entries):
    """["encoderMix=0.5", "absorb=false"] -> {"encoderMix": 0.5, "absorb": False}"""
    out = {}
    for entry in entries:
        name, _, text = entry.partition("=")
        try:
            out[name] = json.loads(text)
        except ValueError:
            out[name] = None
        if not isinstance(out[name], (bool, int, float, list)):
            raise ValueError(f"--set {entry}: write OPTION=VALUE with a number, true, false or a list.")
    return out


def filled(model, manifest, holes, changes, setting, steps, parts, asked=None):
    """-> {id: answer of the engine}, kept in the folder `parts`; `asked` as in `fill`"""
    changes = changes | ({"entropyBound": 0} if setting == EACH else {})
    decides = (
        manifest["weights"],
        manifest["tokenizer"],
        manifest["limits"],
        with_changes(manifest["recommended"], changes),
    )
    engine = file_sha256(CLI) if CLI.is_file() else None
    path = parts / part_name(f"steps {setting}", decides, steps, engine, *([asked] if asked else []))
    with changed_model(model, changes) as changed:
        progress = Progress(f"steps {setting}", len(holes))
        return kept_answers(path, holes, lambda missing: fill(changed, missing, steps, asked=asked), progress.step)


def _completed(a, manifest, holes, parts):
    """-> {id: text}"""

    def compute(missing):
        say("loading the encoder")
        if a.gguf:
            base = Base(a.gguf)
            encoder, tokenizer = Encoder(base.architecture, base.encoder_state()).eval(), base.tokenizer()
        else:
            encoder, _, tokenizer = load(a.model)
        healing = Healing(tokenizer)
        for hole in missing:
            yield hole.id, complete(encoder, healing, hole.prefix, hole.suffix, hole.kind)[0]

    path = parts / part_name(
        BASELINE,
        file_sha256(a.gguf) if a.gguf else manifest["weights"],
        _rules("autoregressive", "completion_end", "healing"),
    )
    return kept_answers(path, holes, compute, Progress(BASELINE, len(holes)).step)


def _tokens(model, manifest, holes, parts):
    def compute(missing):
        say("loading the model")
        yield from token_scores(*load(model), missing)

    path = parts / part_name("tokens", manifest["weights"], _rules("token_accuracy"))
    return token_accuracy(kept_answers(path, holes, compute, Progress("masked tokens", len(holes)).step).values())


def _rules(*modules):
    """What else decides a kept answer: the code that wrote it."""
    return [file_sha256(Path(__file__).with_name(f"{name}.py")) for name in modules]


def _command(a):
    """What decides the numbers; paths as they are in the repository, or without the folders of this machine."""
    line = ["python -m training.evaluate.evaluate", f"--model {place_name(a.model)}", f"--val {place_name(a.val)}"]
    line += [f"--gguf {place_name(a.gguf)}"] if a.gguf else []
    line += [f"--holes {a.holes} --seed {a.seed} --steps {a.steps}", *(f"--set {entry}" for entry in a.set)]
    return " ".join(line)


if __name__ == "__main__":
    main()
