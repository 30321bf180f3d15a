"""Writes what TypeScript must reproduce, from the tiny models, and with --gguf and --denoiser also from the real one.

    python -m training.oracle.fixtures --tiny test/fixtures/tiny --out test/fixtures/parity
    python -m training.oracle.fixtures --tiny … --out … --model models/infill-code-135m --gguf BASE.gguf \
        --denoiser denoiser.pt

Tokens are ids; prefix and suffix are without the start token; log-probabilities are natural; a mask's log-probability
is null."""

import argparse
import random
from dataclasses import asdict
from pathlib import Path

import torch

from training.export.snippets import read_snippets
from training.model.architecture import CONTROL_TOKENS, EOM, MASK
from training.model.base import Base
from training.model.model import Denoiser, Encoder
from training.model.model_folder import read_model_folder
from training.model.reference import Reference, summary
from training.oracle.fixture_texts import TOKENIZER_TEXTS
from training.oracle.rng import Sfc32
from training.oracle.sample import Options, sample
from training.shared.json_text import json_text, rounded
from training.train.run_folder import read_weights

ORDINARY = range(CONTROL_TOKENS, 512)  # the tiny vocabulary
CODE_BEFORE = "export function add(left: number, right: number): number {\n    return "
CODE_AFTER = ";\n}\n"

# How far log-probabilities and entropies of the engine may be from these: `share` of the rows by `tolerance`, all by
# `worst`. int8: a value next to a rounding boundary may fall on either side, and moves its row, sometimes a whole
# context, by more.
CLOSENESS = {
    "fp32": {"tolerance": 1e-4, "share": 1.0, "worst": 1e-4},
    "int8": {"tolerance": 1e-3, "share": 0.7, "worst": 1.0},
}
# Every decision of a trace stands though each log-probability moves by this (nats).
MARGIN = {"fp32": 2e-3, "int8": 0.3}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tiny", required=True, help="folder with the model folders fp32 and int8, see tiny.py")
    p.add_argument("--out", required=True)
    p.add_argument("--model", help="folder of the real model")
    p.add_argument("--gguf", help="its base")
    p.add_argument("--denoiser", help="its denoiser, a run's denoiser.pt")
    a = p.parse_args()
    fixtures = tiny_fixtures(a.tiny)
    if a.model:
        fixtures |= real_fixtures(a.model, a.gguf, a.denoiser)
    for name, content in fixtures.items():
        write(Path(a.out) / f"{name}.json", content)


GENERATOR = "training/oracle/fixtures.py"


def about(generator=GENERATOR):
    return {"generator": generator, "torch": torch.__version__.split("+")[0]}


def write(path, content, generator=GENERATOR):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_text(about(generator) | content), encoding="utf-8")


def tiny_fixtures(tiny, attempts=None):
    """-> {file name without .json: content}; `attempts` see `sampling_traces`."""
    folders = {precision: read_model_folder(Path(tiny) / precision) for precision in ("fp32", "int8")}
    references = {precision: Reference(folder.encoder, folder.denoiser) for precision, folder in folders.items()}
    tokenizer = folders["fp32"].tokenizer
    return {
        "rng": rng_fixture(),
        "tokenizer-tiny": tokenizer_fixture(tokenizer),
        **{f"model-{name}": rounded(model_fixture(references[name], tokenizer, name)) for name in references},
        "sampling": rounded({"traces": sampling_traces(references, attempts)}),
    }


def rng_fixture():
    def first_uniforms(seed):
        generator = Sfc32(seed)
        return [generator.uniform() for _ in range(8)]

    return {"streams": [{"seed": seed, "uniforms": first_uniforms(seed)} for seed in (0, 1, 2**32 - 1)]}


def tokenizer_fixture(tokenizer):
    return {"texts": [{"text": text, "ids": tokenizer.encode(text).ids} for text in TOKENIZER_TEXTS]}


# ---- one context: encoder, denoiser, absorbing


def drawing(chance):
    """-> what draws some ordinary tokens, and what draws a canvas"""

    def some(count):
        return [chance.choice(ORDINARY) for _ in range(count)]

    def partly(size, share, ends=0):
        """A canvas with `share` of its tokens known and the last `ends` <eom>."""
        known = [chance.choice(ORDINARY) if chance.random() < share else MASK for _ in range(size - ends)]
        return known + [EOM] * ends

    return some, partly


def model_fixture(reference, tokenizer, precision):
    chance = random.Random("contexts")
    some, partly = drawing(chance)
    before, after = tokenizer.encode(CODE_BEFORE).ids, tokenizer.encode(CODE_AFTER).ids
    plans = [
        # name, prefix, suffix, canvases, absorbed in turn
        ("empty prefix and suffix", [], [], [[MASK] * 8], []),
        ("empty prefix", [], some(5), [[MASK] * 6], []),
        ("one token, empty suffix", some(1), [], [[MASK] * 3, [MASK, *some(2)]], []),
        ("canvas of one", some(9), some(4), [[MASK]], []),
        ("partly filled", some(7), some(3), [partly(4, 0.5), partly(9, 0.4, 3)], []),
        ("long canvas", some(30), some(12), [partly(32, 0.3), partly(32, 0.7, 6)], []),
        ("all limits", some(63), some(31), [[MASK] * 32, partly(32, 0.5)], []),
        ("code", before, after, [[MASK] * 12, partly(12, 0.3)], []),
        ("absorbing", some(20), some(6), [partly(14, 0.3)], [some(1), some(3), [], some(2)]),
        ("absorbing from nothing", [], some(2), [[MASK] * 7], [some(2), some(1)]),
    ]
    contexts = [context_fixture(reference, plan, precision, chance) for plan in plans]
    return {"model": f"tiny/{precision}", "closeness": CLOSENESS[precision], "contexts": contexts}


def context_fixture(reference, plan, precision, chance):
    name, prefix, suffix, canvases, absorbed = plan
    exact = precision == "fp32"
    next_token = reference.encoder_log_probs(prefix)
    out = {"name": name, "prefix": prefix, "suffix": suffix}
    if exact:
        out["lastHidden"] = reference.encode(prefix)[-1].tolist()  # before the norm
        out["encoderLogProbs"] = next_token.tolist()
    scored = [chance.choice(ORDINARY) for _ in range(min(5, 63 - len(prefix)))]
    out["score"] = {"ids": scored, "logProbs": reference.score_tokens(prefix, scored).tolist()}
    out["queries"] = [query for canvas in canvases for query in queries(reference, prefix, suffix, canvas, chance)]
    if exact:
        log_p = reference.denoise(prefix, suffix, canvases[0])
        rows = sorted({0, len(canvases[0]) // 2, len(canvases[0]) - 1})
        out["denoiserLogProbs"] = [
            {"position": i, "canvas": canvases[0], "logProbs": [None if x < -1e8 else x for x in log_p[i].tolist()]}
            for i in rows
        ]
    # A context that absorbed tokens must equal a fresh context of the longer prefix; the canvas has shrunk by as many.
    out["absorb"], grown, canvas = [], list(prefix), list(canvases[0])
    for tokens in absorbed:
        grown, canvas = [*grown, *tokens], canvas[len(tokens) :]
        out["absorb"].append({"tokens": tokens, "queries": queries(reference, grown, suffix, canvas, chance)})
    return out


def queries(reference, prefix, suffix, canvas, chance):
    """What `ModelContext.predict` is asked, with the answers."""
    masked = [i for i, token in enumerate(canvas) if token == MASK]
    allowed = sorted(chance.sample(ORDINARY, 40))
    plans = [{"encoderMix": 0.0}]
    if masked and masked[0] == 0:
        few = allowed[:3]
        plans += [
            {"encoderMix": 0.5, "wantEncoder": True},
            {"encoderMix": 0.0, "allowedFirst": few},
            {"encoderMix": 0.5, "allowedFirst": allowed},
            {"encoderMix": 0.5, "allowedFirst": few[:1]},
        ]
    out = []
    for plan in plans:
        # Only row 0 depends on the mixture and the restriction: the other rows are stated once.
        positions = masked if len(plan) == 1 else masked[:1]
        rows = reference.predict(prefix, suffix, canvas, positions, plan["encoderMix"], plan.get("allowedFirst"))
        query = {"canvas": canvas, "positions": positions} | plan | {"rows": [row_fixture(row) for row in rows]}
        if plan.get("wantEncoder"):
            own = row_fixture(summary(reference.encoder_log_probs(prefix), 0))
            query["encoder"] = {"ids": own["ids"], "logProbs": own["logProbs"]}
        out.append(query)
    return out


def row_fixture(row):
    return {"position": row.position, "ids": row.ids, "logProbs": row.log_probs, "entropy": row.entropy}


# ---- sampling


class Shaken:
    """A reference whose log-probabilities are off by up to `amount`, as another implementation's may be."""

    def __init__(self, reference, amount, seed):
        self._reference, self._amount = reference, amount
        self._generator = torch.Generator().manual_seed(seed)

    def predict(self, prefix, suffix, canvas, positions, encoder_mix, allowed_first):
        log_p = self._reference.distributions(prefix, suffix, canvas, encoder_mix, allowed_first)
        noise = (torch.rand(log_p.shape, generator=self._generator, dtype=log_p.dtype) * 2 - 1) * self._amount
        return [summary((log_p + noise)[position].log_softmax(-1), position) for position in positions]


def sampling_plans():
    """Every trace: name, precision, canvas size, options; and what it starts with."""
    for precision, temperatures in (("fp32", (0.0, 0.8)), ("int8", (0.0,))):
        for steps, size in ((1, 12), (2, 12), (3, 13), (8, 16), (16, 16)):
            for absorb in (False, True):
                for mix in (0.0, 0.5):
                    if precision == "int8" and (steps == 16 or mix == 0.0):
                        continue
                    for temperature in temperatures:
                        yield (
                            precision,
                            size,
                            Options(steps, 0.2, absorb, mix, temperature, 0.9 if temperature else 1.0, seed=steps),
                            {},
                        )
    heal, pins = {"heal": 12}, {"pinned": 4}
    for absorb in (False, True):
        yield "fp32", 12, Options(4, 0.2, absorb, 0.5), heal
        yield "fp32", 12, Options(4, 0.2, absorb, 0.5, 1.3, 0.95, seed=2**32 - 1), heal
        yield "fp32", 12, Options(12, 0.2, absorb, 0.0), heal | {"heal": 1}
        yield "fp32", 16, Options(5, 0.2, absorb, 0.5), pins
        yield "fp32", 16, Options(16, 0.2, absorb, 0.0, 0.7, 0.5, seed=7), pins
        yield "fp32", 14, Options(3, 0.2, absorb, 0.5), pins | heal
        yield "fp32", 16, Options(16, 0.0, absorb, 0.5), {}
        yield "fp32", 16, Options(16, 3.0, absorb, 0.5), {}
        yield "fp32", 8, Options(8, 1e9, absorb, 0.0), {}
        yield "fp32", 1, Options(1, 0.2, absorb, 0.5), {}
        yield "fp32", 5, Options(64, 0.2, absorb, 0.5, 1.0, 1.0, seed=3), {}
    for absorb in (False, True):
        for steps, size in ((1, 12), (3, 13), (8, 16)):
            yield "int8", size, Options(steps, 0.2, absorb, 0.5, seed=steps), {}
        yield "int8", 14, Options(6, 0.2, absorb, 0.5), pins | heal


def sampling_traces(references, attempts=None):
    """`attempts`: the number of the context that each trace took, where that is known; saves looking for it."""
    return [
        sampling_trace(references[plan[0]], number, *plan, attempts and attempts[number])
        for number, plan in enumerate(sampling_plans())
    ]


def sampling_trace(reference, number, precision, size, options, start, attempt=None):
    """The first of a row of random contexts on which no decision is so close that another implementation might take it
    otherwise."""
    for context in range(400) if attempt is None else [attempt]:
        chance = random.Random(f"trace {number} {context}")
        prefix, suffix = ([chance.choice(ORDINARY) for _ in range(chance.randrange(most))] for most in (40, 20))
        canvas = [MASK] * size
        for position in chance.sample(range(1, size), start.get("pinned", 0)):
            canvas[position] = chance.choice(ORDINARY)
        allowed = sorted(chance.sample(ORDINARY, start["heal"])) if "heal" in start else None
        result = sample(reference, prefix, suffix, canvas, options, allowed)
        if attempt is not None or is_clear(reference, precision, result, (prefix, suffix, canvas, options, allowed)):
            break
    else:
        raise RuntimeError(f"Trace {number}: every context has a close decision.")
    trace = {"model": f"tiny/{precision}", "attempt": context, "prefix": prefix, "suffix": suffix, "canvas": canvas}
    if allowed is not None:
        trace["allowedFirst"] = allowed
    names = {"entropy_bound": "entropyBound", "encoder_mix": "encoderMix", "top_p": "topP"}
    trace["options"] = {names.get(name, name): value for name, value in asdict(options).items()}
    trace["steps"] = [
        {
            "commits": [{"position": p, "id": token, "confidence": c} for p, token, c in step.commits],
            "canvas": step.canvas,
        }
        for step in result.steps
    ]
    return trace


def is_clear(reference, precision, result, request):
    shaken = (Shaken(reference, MARGIN[precision], seed) for seed in range(4))
    return all(same_decisions(result, sample(other, *request)) for other in shaken)


def same_decisions(left, right):
    def decisions(result):
        return [([commit[:2] for commit in step.commits], step.canvas) for step in result.steps]

    return decisions(left) == decisions(right)


# ---- the real model


SNIPPETS = Path(__file__).with_name("snippets.txt")
HOLE, CANVAS = 12, 32  # tokens


def real_fixtures(model, gguf, denoiser):
    """The most likely ids of the model before quantisation, on real text; prints how often the model folder agrees, as
    int8."""
    checkpoint = read_weights(denoiser)
    base = Base(gguf, checkpoint["layers"])
    state = base.encoder_state()
    encoder = Encoder(base.architecture, state).eval()
    reference = Reference(encoder, Denoiser(base.architecture, state, checkpoint["model"]).eval())
    folder = read_model_folder(model, torch.float32)
    tokenizer = folder.tokenizer
    cases = [snippet_top1(reference, tokenizer, name, text) for name, text in read_snippets(SNIPPETS)]
    twin = Reference(folder.encoder, folder.denoiser)
    print_agreement(cases, [snippet_top1(twin, tokenizer, name, text) for name, text in read_snippets(SNIPPETS)])
    denoiser_file = next(file for file in folder.manifest["weights"]["files"] if file["part"] == "denoiser")
    source = {"model": Path(model).name, "denoiserSha256": denoiser_file["sha256"], "canvas": CANVAS}
    return {"tokenizer-real": tokenizer_fixture(tokenizer), "real-top1": source | {"snippets": cases}}


def print_agreement(exact, twin):
    for part in ("encoder", "denoiser"):
        rows = [
            (lead, a == b)
            for left, right in zip(exact, twin, strict=True)
            for a, b, lead in zip(left[f"{part}Top1"], right[f"{part}Top1"], left[f"{part}Lead"], strict=True)
        ]
        for least in (0.0, 0.1, 0.2, 0.5):
            clear = [same for lead, same in rows if lead >= least]
            print(f"{part}, lead >= {least}: int8 agrees on {sum(clear) / len(clear):.2%} of {len(clear)}")


def top1(log_p, name):
    """[rows, V] -> the most likely ids, and by how many nats they lead."""
    best = log_p.topk(2)
    lead = (best.values[:, 0] - best.values[:, 1]).tolist()
    return {f"{name}Top1": best.indices[:, 0].tolist(), f"{name}Lead": rounded(lead, 3)}


def snippet_top1(reference, tokenizer, name, text):
    """encoderTop1[i]: the most likely token after the first i tokens. denoiserTop1: of each position of a masked canvas
    between the first `cut` tokens and those that follow HOLE tokens later."""
    ids = tokenizer.encode(text).ids
    cut = len(ids) * 11 // 20
    with torch.no_grad():
        encoded = reference.encoder.logits(reference.encode(ids))
        denoised = reference.denoise(ids[:cut], ids[cut + HOLE :], [MASK] * CANVAS)
    place = {"name": name, "ids": ids, "cut": cut, "suffixStart": cut + HOLE}
    return place | top1(encoded, "encoder") | top1(denoised, "denoiser")


if __name__ == "__main__":
    main()
