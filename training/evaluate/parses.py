"""Whether texts parse, by the parsers of their languages: Python's, JSON's, and TypeScript's for it and JavaScript."""

import ast
import json
import shutil
import subprocess
import warnings
from pathlib import Path

from training.evaluate.engine_fill import EngineError

SCRIPTS = ("typescript", "typescriptreact", "javascript", "javascriptreact")
LANGUAGES = {"python": "Python", "json": "JSON", **dict.fromkeys(SCRIPTS, "TypeScript and JavaScript")}


def parse_results(texts):
    """[(text, VS Code language id)] -> [True, False, or None where no parser of its language is here]"""
    scripts = {pair: None for pair in texts if pair[1] in SCRIPTS}
    scripts = dict(zip(scripts, _scripts_parse(list(scripts)), strict=True))
    own = {"python": _is_python, "json": _is_json}
    return [
        scripts[text, language] if language in SCRIPTS else own[language](text) if language in own else None
        for text, language in texts
    ]


def _is_python(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_json(text):
    try:
        json.loads(text)
        return True
    except (ValueError, RecursionError):
        return False


def _scripts_parse(pairs):
    if not pairs:
        return []
    node = shutil.which("node")
    if not node:
        raise EngineError("Node is not on the PATH. Install Node 22.12 or newer.")
    lines = "".join(json.dumps({"text": text, "language": language}) + "\n" for text, language in pairs)
    script = Path(__file__).with_name("parse_diagnostics.cjs")
    done = subprocess.run([node, str(script)], input=lines, capture_output=True, encoding="utf-8")
    answers = done.stdout.split()
    if done.returncode or len(answers) != len(pairs):
        raise EngineError(f"TypeScript's parser failed; `npm ci` installs it. {done.stderr.strip()[-2000:]}")
    return [answer == "true" for answer in answers]
