"""Single-line infilling of HumanEval (arXiv 2207.14255): how often the program works with the line that was filled in.

    npm run build
    python -m training.evaluate.human_eval --data HumanEval-SingleLineInfilling.jsonl.gz \
        --model models/infill-code-135m --gguf BASE.gguf --out training/results/NAME

Writes OUT/human-eval.md and human-eval.json, and what README says of them into figures.json. A line is asked for with
the model's recommended options, in each of two forms (human_eval_problems.py): the benchmark's own and an editor's;
what the engine answers is inserted as it is. --set tries other options: --set stopBelow=0.

The data are those of github.com/openai/human-eval-infilling. What models wrote is run, see run_program.py: in processes
of their own with limits, which is no sandbox. POSIX only."""

import argparse
import json
import random
from pathlib import Path
from statistics import median

from training.evaluate.autoregressive import complete
from training.evaluate.engine_fill import with_changes
from training.evaluate.evaluate import filled, overrides, step_settings
from training.evaluate.evaluation_rows import BASELINE
from training.evaluate.figures import write_figures
from training.evaluate.healing import Healing
from training.evaluate.human_eval_problems import FORMS, OPENED, hole_of, program_of, read_problems
from training.evaluate.intervals import wilson
from training.evaluate.kept_answers import kept_answers, part_name
from training.evaluate.report import computed, write_report
from training.evaluate.run_program import run_program
from training.model.base import Base
from training.model.model import Encoder
from training.shared.markdown_table import markdown_table
from training.shared.progress import Progress, say
from training.shared.provenance import cpu_name, file_sha256, model_provenance, place_name


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="HumanEval-SingleLineInfilling.jsonl.gz")
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--gguf", required=True, help="the exact base model, for the baseline")
    p.add_argument("--out", required=True)
    p.add_argument("--problems", type=int, help="a sample of so many; default all")
    p.add_argument("--seed", type=int, default=0, help="of the sample")
    p.add_argument("--steps", default="8", help="settings; each: one token a step")
    p.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="another recommended option")
    p.add_argument("--threads", type=int, default=0, help="of the engine; 0: one for each core")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    write_report(computed(evaluate, a), a.out, "human-eval", human_eval_markdown)
    write_figures(a.out)


def evaluate(a):
    """-> what human-eval.json holds"""
    problems = read_problems(a.data)
    chosen = random.Random(a.seed).sample(problems, len(problems))[: a.problems]
    manifest = json.loads(Path(a.model, "manifest.json").read_text(encoding="utf-8"))
    parts = Path(a.cache or Path(a.out, "parts"))
    Path(a.out).mkdir(parents=True, exist_ok=True)
    rows = []
    for form in FORMS:
        holes = [hole_of(problem, form) for problem in chosen]
        rows += [
            {"form": form, "setting": name} | judged(chosen, answers, form)
            for name, answers in answers_in(form, holes, manifest, parts, a).items()
        ]
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "recommended": with_changes(manifest["recommended"], overrides(a.set)),
        "problems": len(problems),
        "command": f"python -m training.evaluate.human_eval --data {place_name(a.data)} --model {place_name(a.model)}"
        f" --gguf {place_name(a.gguf)} --steps {a.steps}"
        + "".join(f" --set {entry}" for entry in a.set)
        + (f" --problems {a.problems} --seed {a.seed}" if a.problems else ""),
        "rows": rows,
    }


def answers_in(form, holes, manifest, parts, a):
    """-> {setting: {id: answer}} of the engine's settings and of the baseline"""
    changes, own = overrides(a.set), parts / form  # a hole has the same id in both forms
    own.mkdir(parents=True, exist_ok=True)
    answers = {
        name: filled(a.model, manifest, holes, changes, name, steps, own, {"threads": a.threads})
        for name, steps in step_settings(a.steps).items()
    }
    path = parts / part_name(f"human eval {BASELINE}", file_sha256(a.gguf))  # which does not read what follows
    written = kept_answers(path, holes, lambda h: completed(a.gguf, h), Progress(BASELINE, len(holes)).step)
    ending = "" if form == OPENED else "\n"
    answers[BASELINE] = {name: {"text": answer["text"] + ending} for name, answer in written.items()}
    return answers


def completed(gguf, holes):
    """Yields (id, {"text"}) of the baseline: greedy, healed, to the end of the line."""
    say("loading the encoder")
    base = Base(gguf)
    encoder, healing = Encoder(base.architecture, base.encoder_state()).eval(), Healing(base.tokenizer())
    for hole in holes:
        yield hole.id, {"text": complete(encoder, healing, hole.prefix, hole.suffix, hole.kind)[0]}


def judged(problems, answers, form):
    """-> {"count", "passed", "passedInterval", "exact", "answered", "ms"?}"""
    texts = [answers[problem["task_id"]]["text"] for problem in problems]
    passed = [run_program(program_of(*pair, form)) for pair in zip(problems, texts, strict=True)]
    exact = [
        text.rstrip() == problem["canonical_solution"].rstrip() for problem, text in zip(problems, texts, strict=True)
    ]
    count, ms = len(problems), [each["ms"] for each in answers.values() if "ms" in each]
    return {
        "count": count,
        "passed": sum(passed) / count,
        "passedInterval": wilson(sum(passed) / count, count),
        "exact": sum(exact) / count,
        "answered": sum(bool(text.strip()) for text in texts) / count,
        "ms": median(ms) if ms else None,
    }


def human_eval_markdown(result):
    model = result["model"]
    body = []
    for row in result["rows"]:
        low, high = row["passedInterval"]
        passed = f"{100 * row['passed']:.1f} ({100 * low:.0f}-{100 * high:.0f})"
        ms = "" if row["ms"] is None else f"{row['ms']:.0f}"
        exact, answered = (f"{100 * row[name]:.1f}" for name in ("exact", "answered"))
        body.append([row["form"], row["setting"], passed, exact, answered, ms])
    return "\n".join(
        [
            f"# HumanEval-Infilling, single line: {model['name']} {model['version']}",
            "",
            f"{result['rows'][0]['count']} of {result['problems']} problems (arXiv 2207.14255), one answer each;"
            f" {result['cpu']}. Lengths are not given, all other options are the model's recommended ones where the"
            " command does not say otherwise, and the answer is inserted as it is. `official`: the benchmark's own"
            " form; the hole is a line with its break, which the answer has to end with where another line follows."
            " `opened`: as an editor asks; the break stands there already, and the engine may end the line early"
            " where it is in doubt. `AR`: the frozen encoder's own left-to-right completion to the line's end, with its"
            " break. Intervals are 95 %.",
            "",
            f"    {result['command']}",
            "",
            *markdown_table(("form", "setting", "pass@1, %", "exact, %", "answered, %", "ms"), body),
            "",
        ]
    )


if __name__ == "__main__":
    main()
