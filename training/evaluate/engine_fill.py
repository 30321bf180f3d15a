"""Fills holes with the real engine, so that what is measured is what a person gets: int8, healing, filters."""

import json
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from training.shared.json_text import json_text
from training.shared.provenance import ROOT

CLI = ROOT / "dist" / "cli.cjs"
# What src/engine/contract/recommended.ts declares; the engine ignores names that it does not know.
SCHEMA = json.loads((ROOT / "models" / "recommended.schema.json").read_text(encoding="utf-8"))
# Of those, the ones that can be changed by themselves: all but what is fitted, which is several numbers together.
OPTIONS = tuple(name for name, option in SCHEMA["properties"].items() if option["type"] != "object")


class EngineError(RuntimeError):
    """The engine could not be started, or refused a request. Says what to do."""


def fill(folder, holes, steps, cli=CLI, asked=None):
    """Model folder (absolute), held-out holes, steps at most -> yields (id, {"text", "ms", "steps", "tokens",
    "confidence", "reason"?}) in the order of `holes`, each as soon as it is there. `asked`: {option of the command
    line: value}, such as {"temperature": 0.7}, or True for one that takes none.

    Lengths are not given: 64 tokens at most, several lines where the engine thinks so, as by default in the editor."""
    requests = (
        {"id": hole.id, "prefix": hole.prefix, "suffix": hole.suffix, "language": hole.language} | (hole.context or {})
        for hole in holes
    )
    return answers("fill", folder, requests, {"steps": steps} | (asked or {}), cli)


def answers(command, folder, requests, asked, cli=CLI):
    """What `infill COMMAND --jsonl` answers to the requests -> yields (id, answer); `asked` as in `fill`"""
    node = shutil.which("node")
    if not node:
        raise EngineError("Node is not on the PATH. Install Node 22.12 or newer.")
    if not Path(cli).is_file():
        raise EngineError(f"There is no engine at {cli}. Build it with `npm ci && npm run build`.")
    arguments = [node, str(cli), command, "--jsonl", "--model", str(folder), "--device", "cpu"]
    for name, value in asked.items():
        arguments += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as source, tempfile.TemporaryFile("w+") as errors:
        expected = 0
        for request in requests:
            source.write(json.dumps(request) + "\n")
            expected += 1
        source.seek(0)
        process = subprocess.Popen(arguments, stdin=source, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8")
        try:
            count = 0
            for line in process.stdout:
                answer = _answer(line)
                yield answer.pop("id"), answer
                count += 1
            code = process.wait()
        finally:  # also when the caller wants no more of it
            process.kill()
            process.wait()
            process.stdout.close()
        if code != 0 or count != expected:
            errors.seek(0)
            said = errors.read().strip()[-2000:] or "no message"
            remedy = (
                f"`node dist/cli.cjs doctor --model {folder}` looks for the cause; `npm run build` renews the engine."
            )
            raise EngineError(
                f"The engine ended with exit code {code} after {count} of {expected} answers: {said}\n{remedy}"
            )


def _answer(line):
    try:
        answer = json.loads(line)
    except ValueError:
        raise EngineError(f"The engine wrote no JSON but {line[:200]!r}. `npm run build` renews it.") from None
    if "error" in answer:
        raise EngineError(f"The engine refused {answer['id']}: {answer['error']}")
    return answer


@contextmanager
def changed_model(folder, changes):
    """The model folder with other `recommended` options {name: value} -> absolute path of a temporary folder, or of the
    folder itself where nothing changes. A change holds for any number of steps. Weights are linked, not copied."""
    folder = Path(folder).resolve()
    unknown = sorted(set(changes) - set(SCHEMA["properties"]))
    if unknown:
        raise EngineError(f"The manifest's `recommended` has no {', '.join(unknown)}; it has {', '.join(OPTIONS)}.")
    if not changes:
        yield folder
        return
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["recommended"] = with_changes(manifest["recommended"], changes)
    with tempfile.TemporaryDirectory() as changed:
        for file in folder.iterdir():
            if file.name != "manifest.json":
                shutil.copyfile(file, Path(changed, file.name))  # a link out of its folder is no file of a model
        Path(changed, "manifest.json").write_text(json_text(manifest), encoding="utf-8")
        yield Path(changed).resolve()


def with_changes(recommended, changes):
    """The manifest's `recommended` with other options, which its entries for few steps (`bySteps`) do not take back."""
    by_steps = [
        {name: value for name, value in entry.items() if name not in changes}
        for entry in recommended.get("bySteps", [])
    ]
    return recommended | ({"bySteps": by_steps} if by_steps else {}) | changes
