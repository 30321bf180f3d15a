import random

import pytest
import torch
from tokenizers import Tokenizer

from training.evaluate.autoregressive import MOST, LeftToRight, complete
from training.evaluate.completion_end import before_suffix, completion_end
from training.evaluate.healing import Healing
from training.model.architecture import CONTROL_TOKENS, START
from training.tests.conftest import ROOT, some_tokens

PREFIXES = [  # what is healed, after a bar
    "export function add(left: number, right: number):| num",
    "class Stack:\n    def push(self, item):\n       | ",
    "const names = ['one', 'two'].map((name) => name.toUp|p",
    "throw new |Err",
    "The end;|\n",
    "The quick brown fox|",
    "über Straße 🙂|",
]


@pytest.fixture(scope="module")
def healing(tiny):
    return Healing(tiny.tokenizer)


def test_appending_is_encoding_afresh(tiny, reference):
    ids = some_tokens(random.Random(0), 20)
    text = LeftToRight(tiny.encoder)
    for start, end in ((0, 7), (7, 8), (8, 20)):
        step = ids[start:end] if start else [START, *ids[:end]]
        torch.testing.assert_close(text.append(step), reference.encoder_log_probs(ids[:end]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("drawn", PREFIXES)
def test_greedy_and_healed(tiny, reference, healing, drawn):
    """Every token written is the likeliest one after all before it, of those that start with the healed text."""
    prefix, healed = drawn.replace("|", ""), drawn.split("|")[1]
    start = healing.heal(prefix)
    assert start.healed == healed and (start.allowed is None) == (healed == "")
    written, ids = complete(tiny.encoder, healing, prefix, "", "lines")
    decode = tiny.tokenizer.decode
    assert decode(ids[:1]).startswith(start.healed)
    assert decode(ids).startswith(start.healed + written)
    assert 1 <= len(ids) <= MOST
    context, allowed = list(start.ids), start.allowed
    for token in ids:
        log_p = reference.encoder_log_probs(context)
        best = max(allowed, key=lambda i: log_p[i]) if allowed else int(log_p.argmax())
        assert token == best
        context, allowed = [*context, token], None


# From test/engine/infill/context/healing.test.ts, with the bundled model's tokenizer: context|healed.
ENGINE_CASES = [
    " | retur",
    "this.|na",
    "element.append|Chi",
    "x =| value",
    "if x:\n   | ",
    "if x:\n           | ",
    "if x {\n\t|\t",
    "if x {\n|\t",
    "return| ",
    "return | ",
    "const a = 1;|\n",
    "const a = 1;\n|\n",
    "a;  |\n",
    "console|.",
    "call|(",
    "call|((",
    "import fs from| '",
    'print("hello| wor',
    "don|'",
    "x = 12|",
    "|",
]


@pytest.fixture(scope="module")
def bundled_healing():
    return Healing(Tokenizer.from_file(str(ROOT / "models" / "infill-code-135m" / "tokenizer.json")))


@pytest.mark.parametrize("drawn", ENGINE_CASES)
def test_healing_is_the_engines(bundled_healing, drawn):
    start = bundled_healing.heal(drawn.replace("|", ""))
    assert f"{bundled_healing.tokenizer.decode(start.ids)}|{start.healed}" == drawn


def test_what_the_first_token_may_be(bundled_healing):
    start, tokenizer = bundled_healing.heal("  retur"), bundled_healing.tokenizer
    texts = [tokenizer.decode([token]) for token in start.allowed]
    assert sorted(texts) == [" return", " returned", " returning", " returns"]
    assert min(bundled_healing.heal("x ").allowed) >= CONTROL_TOKENS


ENDS = [
    # kind, prefix, suffix, written, what is left of it (None: it goes on)
    ("rest", "const a = ", "\nnext", "f(b);\nconst c", "f(b);"),
    ("rest", "const a = ", "\nnext", "f(b);", None),
    ("argument", "f(", ");", "a, b);\n", "a, b);"),
    ("nothing", "f();", "\n", "\n  g();", ""),
    ("sentence", "It is ", "\n", "so. Then", "so."),
    ("sentence", "It is ", "\n", "version 1.2", None),
    ("sentence", "It is ", "\n", "so,\nand more", None),
    ("sentence", "It is ", "\n", "so\n\nNext", "so"),
    ("sentence", "- It is ", "\n", "so\n- next", "so"),
    ("lines", "if (x) {\n  ", "\n  done();\n}", "f();\n  g();\n  done();\n", "f();\n  g();"),
    ("lines", "if (x) {\n  ", "\n  done();\n}", "f();\n  g();\n  done();", None),  # not a whole line yet
    ("lines", "if (x) {\n  ", "\n\n  done();\n}", "f();\n}", "f();"),
    ("lines", "if (x) {\n  ", "", "f();\n\n  g();", None),  # blank lines are no line further out
    ("lines", "if (x) {", "\n}\n", "\n  f();\n}\n", "\n  f();"),
    ("block", "def f():", "\n\nx = 1", "\n  return 1\n\ny", "\n  return 1\n"),
    ("lines", "def f():", "\n\nx = 1", "\n  return 1\n\ny", None),
    ("across", "f(a,", "b)\nnext()\n", "\n  c);\nnext()\n", "\n  c);"),
]


@pytest.mark.parametrize(("kind", "prefix", "suffix", "written", "left"), ENDS)
def test_where_a_completion_ends(kind, prefix, suffix, written, left):
    end = completion_end(kind, prefix, suffix)(written)
    assert (None if end is None else written[:end]) == left


def test_cut_before_the_suffix():
    assert before_suffix("a, b);", "argument", ");\nnext") == "a, b"
    assert before_suffix("f(a), b)", "argument", ")\n") == "f(a), b"
    assert before_suffix("a, b", "argument", ");\nnext") == "a, b"
    assert before_suffix("a, b);", "rest", "\nnext") == "a, b);"
    assert before_suffix("x\n}", "lines", "}") == "x\n}"
