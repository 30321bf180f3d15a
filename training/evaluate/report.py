"""What programs that measure share: errors that a person can mend are messages, results are JSON and Markdown."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.evaluate.engine_fill import EngineError
from training.shared.json_text import json_text, rounded
from training.shared.provenance import place_name


def computed(compute, options):
    """`compute(options)`, on one thread."""
    torch.set_num_threads(1)
    try:
        return compute(options)
    except (EngineError, OSError, ValueError) as error:
        raise SystemExit(str(error)) from None


def prepared(options):
    """-> the manifest of options.model, its tokenizer, and the folder of answers, which is made, as is options.out"""
    manifest = json.loads(Path(options.model, "manifest.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(Path(options.model, manifest["tokenizer"]["path"])))
    parts = Path(options.cache or Path(options.out, "parts"))
    for folder in (Path(options.out), parts):
        folder.mkdir(parents=True, exist_ok=True)
    return manifest, tokenizer, parts


def write_recommended(folder, name, value):
    """Puts an option into the manifest of a model's folder -> the manifest's path"""
    path = Path(folder, "manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["recommended"][name] = value
    path.write_text(json_text(manifest), encoding="utf-8")
    return path


def write_report(result, folder, name, markdown):
    """-> paths of NAME.md, which is `markdown(result)`, and NAME.json"""
    table, data = Path(folder, f"{name}.md"), Path(folder, f"{name}.json")
    data.write_text(json_text(rounded(result, 5)), encoding="utf-8")
    table.write_text(markdown(result), encoding="utf-8")
    return table, data


def command_line(module, options, *names):
    """The command that gives a report: what decides its numbers, paths as they are in the repository"""
    line = [f"python -m training.evaluate.{module}", f"--model {place_name(options.model)}"]
    return " ".join(
        [*line, f"--val {place_name(options.val)}", *(f"--{name} {getattr(options, name)}" for name in names)]
    )
