"""Writes what TypeScript must reproduce of the one network, from its tiny models of both kinds of weights.

    python -m training.oracle.one_network_fixtures --tiny test/fixtures/tiny-one-network --out test/fixtures/parity

Ids and log-probabilities are as in fixtures.py. Each entry of `verify` begins in a newly opened context: `written` is
appended, `query` is predicted, then `tokens` and `proposals` are verified; `after` is predicted last."""

import argparse
import random
from pathlib import Path

import torch

from training.model.architecture import EOM, MASK
from training.model.one_network_folder import read_network_folder
from training.model.one_network_reference import NetworkReference
from training.model.reference import summary
from training.oracle.fixtures import CODE_AFTER, CODE_BEFORE, ORDINARY, drawing, row_fixture, write
from training.oracle.tiny_one_network import ARCHITECTURES, PRECISIONS
from training.shared.json_text import rounded

GENERATOR = "training/oracle/one_network_fixtures.py"

# As in fixtures.py. Measured, this reference in single precision against itself in double: int8 92 % within 1e-3, all
# within 0.35; fp32 all within 1.4e-5.
CLOSENESS = {
    "fp32": {"tolerance": 1e-4, "share": 1.0, "worst": 1e-4},
    "int8": {"tolerance": 1e-3, "share": 0.8, "worst": 1.0},
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tiny", required=True, help="folder with the model folders all/fp32 ..., see tiny_one_network.py")
    p.add_argument("--out", required=True)
    a = p.parse_args()
    for name, content in network_fixtures(a.tiny).items():
        write(Path(a.out) / f"{name}.json", content, GENERATOR)


def network_fixtures(tiny):
    """-> {file name without .json: content}"""
    return {f"one-network-{precision}": rounded(precision_fixture(tiny, precision)) for precision in PRECISIONS}


def precision_fixture(tiny, precision, dtype=torch.float64):
    models = []
    for kind in ARCHITECTURES:
        folder = read_network_folder(Path(tiny, kind, precision), dtype)
        contexts = context_fixtures(NetworkReference(folder.network), folder.tokenizer, precision)
        models.append({"kind": kind, "model": f"{Path(tiny).name}/{kind}/{precision}", "contexts": contexts})
    return {"closeness": CLOSENESS[precision], "models": models}


def context_fixtures(reference, tokenizer, precision):
    chance = random.Random("one network")
    some, partly = drawing(chance)
    before, after = tokenizer.encode(CODE_BEFORE).ids, tokenizer.encode(CODE_AFTER).ids
    plans = [
        # name, prefix, suffix, canvases, appended in turn
        ("empty prefix and suffix", [], [], [[MASK] * 8], [some(1)]),
        ("empty prefix", [], some(5), [[MASK] * 6], []),
        ("one token, empty suffix", some(1), [], [[MASK] * 3, [MASK, *some(2)]], []),
        ("canvas of one", some(9), some(4), [[MASK]], []),
        ("partly filled", some(17), some(3), [partly(4, 0.5), partly(9, 0.4, 3)], []),
        ("all limits", some(63), some(31), [[MASK] * 32, partly(32, 0.6, 6)], []),
        ("code", before, after, [[MASK] * 12], []),
        ("appending", some(20), some(6), [[MASK] * 14], [some(1), some(3), [], some(2)]),
        ("more appended than a canvas", some(30), some(9), [[MASK, *some(3)]], [some(20), some(11)]),
    ]
    full = {"empty prefix and suffix", "code"} if precision == "fp32" else set()
    return [context_fixture(reference, plan, chance, plan[0] in full) for plan in plans]


def context_fixture(reference, plan, chance, full):
    name, prefix, suffix, canvases, appended = plan
    out = {"name": name, "prefix": prefix, "suffix": suffix}
    out |= language_model_fixtures(reference, prefix, chance)
    out["queries"] = [query for canvas in canvases for query in queries(reference, prefix, suffix, [], canvas, chance)]
    if full:
        causal, canvas = reference.middle(prefix, suffix, [], canvases[0])
        rows = {"writeLogProbs": causal[0], "canvasLogProbs": canvas[-1]}
        out |= {key: [None if x < -1e8 else x for x in row.tolist()] for key, row in rows.items()}
    out["append"], written = [], []
    for tokens in appended:
        written = [*written, *tokens]
        answers = queries(reference, prefix, suffix, written, canvases[0][len(written) :] or canvases[0], chance)
        out["append"].append({"tokens": tokens, "queries": answers})
    out["verify"] = []
    if 8 < len(canvases[0]) < 32:
        out["verify"] = verifications(reference, prefix, suffix, canvases[0], chance)
    return out


def language_model_fixtures(reference, prefix, chance):
    """The trunk alone: scores of tokens, readings between them, and continuations of several places."""
    ids = [chance.choice(ORDINARY) for _ in range(min(5, 63 - len(prefix)))]
    out = {"score": {"ids": ids, "logProbs": reference.score_tokens(prefix, ids).tolist()}}
    rows = reference.read_tokens(prefix, ids)
    own = [{"logProb": log_p} for log_p in out["score"]["logProbs"]] + [{}]
    out["readings"] = {
        "ids": ids,
        "rows": [
            {"reading": i, "ids": rows[i].ids, "logProbs": rows[i].log_probs} | own[i]
            for i in sorted({0, max(0, len(ids) - 1), len(ids)})
        ],
    }
    plans = [(after, chance.sample(ORDINARY, size)) for after, size in ((0, 3), (len(ids), 4), (len(ids) // 2, 1))]
    scores = reference.score_continuations(prefix, ids, plans)
    out["continuations"] = {
        "ids": ids,
        "of": [
            {"after": after, "ids": own, "logProbs": score.tolist()}
            for (after, own), score in zip(plans, scores, strict=True)
        ],
    }
    return out


def queries(reference, prefix, suffix, written, canvas, chance):
    """What `ModelContext.predict` is asked, with the answers."""
    masked = [i for i, token in enumerate(canvas) if token == MASK]
    some = masked if len(masked) < 10 else sorted({masked[0], *chance.sample(masked, 6), masked[-1]})
    allowed = sorted(chance.sample(ORDINARY, 40))
    plans = [{"encoderMix": 0.0}]
    if masked and masked[0] == 0:
        few = allowed[:3]
        plans += [
            {"encoderMix": 0.5, "wantEncoder": True},
            {"encoderMix": 1.0},
            {"encoderMix": 0.0, "allowedFirst": few},
            {"encoderMix": 0.5, "allowedFirst": allowed},
            {"encoderMix": 1.0, "allowedFirst": [EOM, *few]},
            {"encoderMix": 1.0, "allowedFirst": few[:1]},
        ]
    out = []
    for plan in plans:
        # Only row 0 depends on the mixture and the restriction: the other rows are stated once.
        positions = some if len(plan) == 1 and plan["encoderMix"] == 0 else masked[:1]
        rows = reference.predict(
            prefix, suffix, written, canvas, positions, plan["encoderMix"], plan.get("allowedFirst")
        )
        query = {"canvas": canvas, "positions": positions} | plan | {"rows": [row_fixture(row) for row in rows]}
        if plan.get("wantEncoder"):
            query["encoder"] = opinion(reference.write(prefix, suffix, written))
        out.append(query)
    return out


def opinion(log_p):
    row = row_fixture(summary(log_p, 0))
    return {"ids": row["ids"], "logProbs": row["logProbs"]}


def verifications(reference, prefix, suffix, canvas, chance):
    some, _ = drawing(chance)
    plans = [
        # written before, tokens, proposals, mix; the last two reach to the canvas's end and beyond it
        ([], [], some(3), 1.0),
        ([], some(2), some(3), 0.5),
        (some(4), some(1), some(2), 1.0),
        (some(3), [], [], 0.5),
        ([], some(3), some(len(canvas) - 3), 1.0),
        (some(1), some(4), some(len(canvas) - 4), 0.5),
    ]
    out = []
    for written, tokens, proposals, mix in plans:
        mixed, causal = reference.verify(prefix, suffix, written, canvas, tokens, proposals, mix)
        stands = [*written, *tokens]
        after = reference.predict(prefix, suffix, stands, canvas[:6], [0, 5], mix)
        few = slice(None) if len(mixed) < 6 else slice(None, None, 4)
        out.append(
            {
                "written": written,
                "query": {"canvas": canvas, "positions": list(range(len(canvas)))},
                "tokens": tokens,
                "proposals": proposals,
                "encoderMix": mix,
                "count": len(mixed),
                "rows": [
                    {"answer": i} | row_fixture(summary(mixed[i], 0)) | {"encoder": opinion(causal[i])}
                    for i in range(len(mixed))[few]
                ],
                "after": {
                    "canvas": canvas[:6],
                    "positions": [0, 5],
                    "encoderMix": mix,
                    "rows": [row_fixture(row) for row in after],
                },
            }
        )
    return out


if __name__ == "__main__":
    main()
