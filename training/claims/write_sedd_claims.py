"""Draws docs/sedd-claims.svg and puts the tables into docs/sedd-claims.md.

python -m training.claims.write_sedd_claims --results training/claims/results/sedd-claims.json --docs docs"""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from training.claims.network import KINDS
from training.claims.page import write_page
from training.claims.tables import share, table, value

NAMES = {
    "autoregressive": "left to right",
    "mdlm": "MDLM",
    "sedd-absorb": "SEDD absorb",
    "sedd-uniform": "SEDD uniform",
    "judge": "the judge",
}


def tables_of(results):
    """-> {name: Markdown}"""
    return {
        "networks": networks(results["trained"]),
        "bounds": bounds(results),
        "generation": generation(results["generation"]),
        "middle": filling(results["filling middle"]),
        "random": filling(results["filling random"]),
    }


def networks(trained):
    header = ("network", "layers x width", "parameters", "updates", "characters read", "minutes of training")
    rows = [
        (
            NAMES[name],
            f"{each['layers']} x {each['width']}",
            f"{each['parameters']:,}",
            f"{each['steps']:,}",
            f"{each['characters']:,}",
            f"{each['trainingSeconds'] / 60:.0f}",
        )
        for name, each in trained.items()
    ]
    return table(header, rows)


def bounds(results):
    exact = results["bounds"]["autoregressive"]["bits"]
    header = ("network", "bits per character", "perplexity", "kind of number", "above left to right")
    rows = [
        (
            NAMES[name],
            value(each["bits"], each["bitsError"]),
            f"{2 ** each['bits']:.2f}",
            "exact" if name in ("autoregressive", "judge") else "upper bound",
            "" if name in ("autoregressive", "judge") else f"{100 * (each['bits'] / exact - 1):+.0f} %",
        )
        for name, each in results["bounds"].items()
    ]
    return table(header, rows)


def curve(generated, name):
    """-> [(evaluations, measured)] in order"""
    found = [(int(key.rsplit(" ", 1)[1]), each) for key, each in generated.items() if key.startswith(f"{name} ")]
    return sorted(found, key=lambda pair: pair[0])


def generation(generated):
    header = ("text", "network evaluations", "bits to the judge", "entropy, bits", "distinct 4-grams")

    def row(text, evaluations, each):
        bits = value(each["bits"], each["bitsError"], 2)
        return text, evaluations, bits, f"{each['entropy']:.2f}", f"{100 * each['distinct']:.0f} %"

    rows = [row("held-out text", "", generated["held-out text"])]
    rows += [row(NAMES[name], count, each) for name in KINDS for count, each in curve(generated, name)]
    return table(header, rows)


def filling(filled):
    header = ("network", "sees", "bits per character", "right, drawn", "right, most likely first")
    rows = [
        (
            NAMES[name],
            "what stands before" if name == "autoregressive" else "both sides",
            ("" if name == "autoregressive" else "≤ ") + value(each["bits"], each["bitsError"], 2),
            share(each["drawn"], each["drawnError"]),
            share(each["greedy"], each["greedyError"]) if "greedy" in each else "",
        )
        for name, each in filled.items()
    ]
    return table(header, rows)


def draw(results):
    """-> figure: bounds, quality and variety against evaluations, filling"""
    matplotlib.rcParams["svg.hashsalt"] = "infill"  # the same picture has the same bytes
    figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), layout="constrained")
    (top, quality), (variety, fills) = axes
    colours = dict(zip(KINDS, ("#444444", "#1b7f79", "#c4572e", "#6a51a3"), strict=True))
    for place, name in enumerate(KINDS):
        each = results["bounds"][name]
        top.barh(place, each["bits"], xerr=2 * each["bitsError"], color=colours[name])
    top.set_yticks(range(len(KINDS)), [NAMES[name] for name in KINDS])
    top.invert_yaxis()
    top.set(xlabel="bits per held-out character (exact; upper bounds below it)", title="likelihood")
    generated = results["generation"]
    for axis, key, label in ((quality, "bits", "bits per character to the judge"), (variety, "distinct", "share")):
        for name in KINDS:
            points = curve(generated, name)
            counts, values = [count for count, _ in points], [each[key] for _, each in points]
            if name == "autoregressive":
                axis.axhline(values[0], color=colours[name], ls="--", label=f"{NAMES[name]} (128 evaluations)")
                continue
            axis.plot(counts, values, "o-", color=colours[name], label=NAMES[name])
        axis.axhline(generated["held-out text"][key], color="#999999", ls=":", label="held-out text")
        axis.set_xscale("log", base=2)
        axis.set(xlabel="network evaluations for 128 characters", ylabel=label)
    quality.set_title("generated text: lower is more likely")
    variety.set_title("generated text: distinct runs of 4 characters")
    quality.legend()
    for place, name in enumerate(KINDS):
        for shift, kind in ((-0.2, "middle"), (0.2, "random")):
            each = results[f"filling {kind}"][name]
            fills.barh(
                place + shift,
                each["bits"],
                0.36,
                xerr=2 * each["bitsError"],
                color=colours[name],
                alpha=1 if kind == "middle" else 0.5,
            )
    fills.set_yticks(range(len(KINDS)), [NAMES[name] for name in KINDS])
    fills.invert_yaxis()
    fills.set(xlabel="bits per filled character", title="filling: a middle of 32 (full), every other place (pale)")
    for axis in axes.flat:
        axis.grid(alpha=0.3)
    return figure


def main(argv=None):
    write_page("sedd-claims", __doc__, "measure_compared.py", tables_of, draw, argv)


if __name__ == "__main__":
    main()
