"""What names of the editor's completion list bring: holes after a dot in held-out TypeScript, to the end of the line,
with and without the names that TypeScript's language service lists there, through the real engine. The weight is chosen
on one half of the packages and judged on the other. About twenty minutes of a core.

    npm run build
    python -m training.evaluate.names --model models/infill-code-135m --val corpus/val.jsonl.zst \
        --out training/results/VERSION --write

Writes OUT/names.md and names.json; --write puts the weight into the manifest. Every answer is kept in --cache. Packages
have no dependencies here: where a type comes from one of them the list is empty, and the hole is left out, because
without a list nothing differs."""

import argparse
import hashlib
import json
import random
import re
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import mean, median

from training.evaluate.confidence_calibration import confidence_calibration, reliability_table
from training.evaluate.engine_fill import EngineError
from training.evaluate.evaluate import filled
from training.evaluate.fill_scores import scores_of
from training.evaluate.held_out import SUFFIX, HeldOutHole, interleaved, window_start
from training.evaluate.intervals import interval_cell, wilson
from training.evaluate.report import command_line, computed, prepared, write_recommended, write_report
from training.evaluate.typed_lines import HALVES, half_of
from training.shared.markdown_table import markdown_table
from training.shared.provenance import cpu_name, model_provenance
from training.train.corpus import open_lines

LANGUAGES = ("typescript", "typescriptreact")
WEIGHTS = (1, 2, 3, 4, 5)
MOST_NAMES = 500  # as src/extension/names/editorNames.ts
LONGEST_MIDDLE = 120  # characters
TRIED = 2.5  # holes for each that has a list
# As src/shared/infillRequest.ts, but for letters beyond ASCII, which \w has more of.
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
MEASURES = ("identifier", "exact", "beginsRight")


def arguments(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, help="model folder")
    p.add_argument("--val", required=True, help="held-out shard")
    p.add_argument("--out", required=True)
    p.add_argument("--holes", type=int, default=150, help="with a list, of each half of the packages")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--write", action="store_true", help="put the weight into the model's manifest")
    p.add_argument("--cache", help="folder of answers; default OUT/parts")
    return p.parse_args(argv)


def main(argv=None):
    a = arguments(argv)
    result = computed(measured, a)
    for path in write_report(result, a.out, "names", names_markdown):
        print(path)
    if a.write:
        print(write_recommended(a.model, "names", {"weight": result["weight"]}))
    print("For the file in training/export that the manifest is made of:")
    print(f"[recommended.names]\nweight = {result['weight']}")


def measured(a):
    """-> what names.json holds"""
    manifest, _, parts = prepared(a)
    steps = manifest["recommended"]["steps"]
    judged_half, fitted_half = HALVES
    holes = {half: named_holes(a.val, a.holes, a.seed, half) for half in HALVES}

    def answers(half, weight):
        chosen = holes[half] if weight else [replace(hole, context=None) for hole in holes[half]]
        changes = {"names": {"weight": weight}} if weight else {}
        asked = {"threads": a.threads}
        return filled(a.model, manifest, chosen, changes, f"names {half} {weight}", steps, parts, asked)

    development = [row(weight, holes[fitted_half], answers(fitted_half, weight)) for weight in (0, *WEIGHTS)]
    weight = best_weight(development)
    judged = [row(each, holes[judged_half], answers(judged_half, each)) for each in (0, weight)]
    return {
        "model": model_provenance(manifest),
        "cpu": cpu_name(),
        "threads": a.threads,
        "command": command_line("names", a, "holes", "seed", "threads"),
        "seed": a.seed,
        "weight": weight,
        "halves": {half: _summary(holes[half]) for half in HALVES},
        "development": development,
        "judged": judged,
        "groups": [
            row(each, chosen, answers(judged_half, each)) | {"name": name}
            for name, chosen in groups(holes[judged_half])
            for each in (0, weight)
        ],
        "confidence": {
            str(each): confidence_calibration(confidences(holes[judged_half], answers(judged_half, each)))
            for each in (0, weight)
        },
    }


def named_holes(path, count, seed, half):
    """At most one hole of a file, from the packages of one half; `context` has the names that are listed
    there, at least one."""
    packages = {}
    with closing(open_lines(str(path))) as lines:
        for file in map(json.loads, lines):
            if file["language"] in LANGUAGES and half_of(file["package"]) == half and _is_basic(file["text"]):
                packages.setdefault(file["package"], {})[file["path"]] = file
    files = [packages[package][name] for package in sorted(packages) for name in sorted(packages[package])]
    if not files:
        raise ValueError(f"{path} has no TypeScript in the packages of this half.")
    rng = random.Random(f"{seed}/{half}/names")
    found = (_hole(file, starts, rng) for file, starts in _with_members(interleaved(files, rng)))
    chosen = list(islice((hole for hole in found if hole), int(count * TRIED) + 1))
    if not chosen:
        raise ValueError(f"{path} has no TypeScript with a dot at which a hole can be cut.")
    of_package = {}
    for hole in chosen:
        of_package.setdefault(hole.package, []).append(hole)
    named = {}
    for package, members in of_package.items():
        texts = {name: file["text"] for name, file in packages[package].items()}
        asked = []
        for hole in members:
            name, start, end = hole.place
            asked.append({"path": name, "text": texts[name][:start] + texts[name][end:], "offset": start})
        [lists] = _language_service([{"files": texts, "holes": asked}])
        for hole, names in zip(members, lists, strict=True):
            usable = list(dict.fromkeys(name for name in names if IDENTIFIER.fullmatch(name) and len(name) <= 100))
            named[hole.id] = replace(hole, context={"names": usable[:MOST_NAMES]})
    listed = [named[hole.id] for hole in chosen if named[hole.id].context["names"]]
    return listed[:count]


def _is_basic(text):
    """Whether offsets into it are the same in Python and in JavaScript"""
    return all(ord(character) < 0x10000 for character in text)


def _with_members(files):
    """-> (file, where names after a dot begin), some files at a time"""
    files = iter(files)
    while some := list(islice(files, 200)):
        requests = [{"members": file["text"], "path": file["path"]} for file in some]
        yield from zip(some, _language_service(requests), strict=True)


def _hole(file, starts, rng):
    text = file["text"]
    rng.shuffle(starts)
    for start in starts:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        middle = text[start:end].rstrip()
        window = window_start(text, start)
        if window is None or not IDENTIFIER.match(middle) or len(middle) > LONGEST_MIDDLE:
            continue
        end = start + len(middle)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        return HeldOutHole(
            f"{file['package']}/{file['path']}:{start}:{digest}",
            file["package"],
            file["language"],
            "code",
            "after a dot",
            text[window:start],
            middle,
            text[end : end + SUFFIX],
            place=(file["path"], start, end),
        )
    return None


def _language_service(requests):
    node = shutil.which("node")
    if not node:
        raise EngineError("Node is not on the PATH. Install Node 22.12 or newer.")
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    script = Path(__file__).with_name("editor_names.cjs")
    done = subprocess.run([node, str(script)], input=lines, capture_output=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise EngineError(f"TypeScript's language service failed: {done.stderr.strip()[-2000:]} `npm ci` installs it.")
    return [json.loads(line) for line in done.stdout.splitlines()]


def first_identifier(text):
    match = IDENTIFIER.match(text)
    return match.group() if match else ""


def scored(hole, answer):
    scores = scores_of(hole.middle, answer["text"])
    return {"identifier": first_identifier(answer["text"]) == first_identifier(hole.middle)} | {
        measure: scores[measure] for measure in MEASURES[1:]
    }


def row(weight, holes, answers):
    scores = [scored(hole, answers[hole.id]) for hole in holes]
    out = {"weight": weight, "holes": len(holes)}
    for measure in MEASURES:
        share = mean(score[measure] for score in scores) if scores else 0
        out |= {measure: share, f"{measure}.interval": wilson(share, len(holes))}
    out["ms"] = median(answers[hole.id]["ms"] for hole in holes) if holes else None
    return out


def best_weight(rows):
    """The weight with the most first identifiers right, of equal ones the smallest; 0 where none helps"""
    return max(rows, key=lambda entry: (entry["identifier"], -entry["weight"]))["weight"]


def groups(holes):
    """-> (name, holes) by what the list has"""
    has = {hole.id: first_identifier(hole.middle) in hole.context["names"] for hole in holes}
    yield "the list has the name", [hole for hole in holes if has[hole.id]]
    yield "the list lacks it", [hole for hole in holes if not has[hole.id]]


def confidences(holes, answers):
    """-> [(confidence, right as far as it goes)] of the holes at which something was suggested"""
    return [
        (answers[hole.id]["confidence"], scores_of(hole.middle, answers[hole.id]["text"])["beginsRight"])
        for hole in holes
        if answers[hole.id]["text"]
    ]


def _summary(holes):
    return {
        "holes": len(holes),
        "packages": len({hole.package for hole in holes}),
        "listed": mean(first_identifier(hole.middle) in hole.context["names"] for hole in holes),
        "names": median(len(hole.context["names"]) for hole in holes),
    }


def names_markdown(result):
    model, halves = result["model"], result["halves"]
    judged, fitted = (halves[half] for half in HALVES)

    def cells(entry):
        shares = [interval_cell(entry, measure) for measure in MEASURES]
        ms = "" if entry["ms"] is None else f"{entry['ms']:.0f}"
        return [f"{entry['weight']:g}" if entry["weight"] else "without", str(entry["holes"]), *shares, ms]

    names = ["weight, nats", "holes", "first identifier, %", "exact, %", "begins right, %", "ms"]
    lines = [
        f"# Names of the editor, {model['name']} {model['version']}",
        "",
        f"Holes from a dot to the end of the line in held-out TypeScript (seed {result['seed']}), the names from"
        " TypeScript's language service on the package's own files; where it has none there is no hole. Median milliseconds of a"
        f" request, {result['threads']} threads, {result['cpu']}. In brackets: 95 % intervals.",
        "",
        f"    {result['command']}",
        "",
        f"The weight is chosen on {fitted['holes']} holes of {fitted['packages']} packages; the list has the right name"
        f" at {100 * fitted['listed']:.0f} %:",
        "",
        *markdown_table(names, [cells(entry) for entry in result["development"]]),
        "",
        f"Judged on {judged['holes']} holes of {judged['packages']} other packages; the list has the right name at"
        f" {100 * judged['listed']:.0f} %, and half of the lists have more than {judged['names']:g} names:",
        "",
        *markdown_table(names, [cells(entry) for entry in result["judged"]]),
        "",
        *markdown_table(["", *names], [[entry["name"], *cells(entry)] for entry in result["groups"]]),
        "",
    ]
    for weight, table in result["confidence"].items():
        lines += [f"Confidences {'without names' if weight == '0' else f'with {weight} nats'}:", ""]
        lines += [*reliability_table(table), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
