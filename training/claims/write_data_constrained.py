"""Draws docs/data-constrained.svg and puts the tables into docs/data-constrained.md.

python -m training.claims.write_data_constrained --results training/claims/results/data-constrained.json --docs docs"""

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from training.claims.crossings import best, crossing, meeting, power_law
from training.claims.page import write_page
from training.claims.tables import table, value

PUBLISHED = 2.174  # exponent of the critical compute in unique tokens, arXiv 2507.15857


def amounts(results):
    """Seed 0 -> {unique characters: {"left": the best run left to right, "all": all of them, "diffusion": its run}}"""
    found = {}
    for each in results["curves"]:
        if each["seed"] == 0:
            entry = found.setdefault(each["unique"], {"all": []})
            if each["kind"] == "mdlm":
                entry["diffusion"] = each
            else:
                entry["all"].append(each)
    for entry in found.values():
        entry["left"] = min(entry["all"], key=lambda run: best(run["rows"])["bits"])
    return dict(sorted(found.items()))


def crossings_of(results):
    """-> {unique characters: Crossing or None} of diffusion with the best of left to right"""
    return {
        unique: crossing(entry["diffusion"]["rows"], best(entry["left"]["rows"])["bits"], unique)
        for unique, entry in amounts(results).items()
    }


def flops(results, characters):
    """6 N D (arXiv 2001.08361), N the parameters of the layers."""
    return 6 * results["curves"][0]["parameters"] * characters


def tables_of(results):
    return {
        "best": best_table(results),
        "compared": compared_table(results),
        "crossings": crossing_table(results),
        "fit": fit_table(results),
        "rates": rates_table(results),
    }


def best_table(results):
    header = ("unique characters", "way", "best bits per character", "at epoch", "trained for", "on its training text")
    rows = []
    for unique, entry in amounts(results).items():
        for way, run in (("left to right", entry["left"]), ("diffusion", entry["diffusion"])):
            top = best(run["rows"])
            epochs = f"{run['rows'][-1]['epochs']:.0f} epochs"
            bits = value(top["bits"], top["error"])
            rows.append((f"{unique:,}", way, bits, f"{top['epochs']:.0f}", epochs, f"{top['train']:.2f}"))
    return table(header, rows)


def compared_table(results):
    header = ("unique characters", "left to right at its best", "diffusion at its best", "at epoch", "difference")
    rows = [
        (
            f"{each['unique']:,}",
            f"{each['left']:.3f}",
            f"{each['diffusion']:.3f}",
            f"{each['epochs']:.0f}",
            f"{each['difference']:+.3f} ± {each['error']:.3f}",
        )
        for each in results["compared"]
    ]
    return table(header, rows)


def crossing_table(results):
    header = (
        "unique characters",
        "diffusion is better at equal epochs from",
        "diffusion reaches the best of left to right at",
        "characters trained on",
        "compute, FLOPs",
    )
    rows = []
    found = crossings_of(results)
    for unique, entry in amounts(results).items():
        left = next(run for run in entry["all"] if run["rate"] == entry["diffusion"]["rate"])
        meets = meeting(entry["diffusion"]["rows"], left["rows"])
        meets = f"epoch {meets:.0f}" if meets else f"not within {left['rows'][-1]['epochs']:.0f} epochs"
        at = found[unique]
        if at is None:
            rows.append((f"{unique:,}", meets, "not seen, no estimate", "", ""))
            continue
        mark = " (extrapolated)" if at.extrapolated else ""
        compute = f"{flops(results, at.characters):.1e}"
        rows.append(
            (f"{unique:,}", meets, f"epoch {at.epochs:.0f}{mark}", f"{at.characters / 1e6:.2f} million", compute)
        )
    return table(header, rows)


def fits(results):
    """-> {"measured": power law or None of the crossings that were seen, "with extrapolations": likewise of all}"""
    points = {u: c for u, c in crossings_of(results).items() if c}
    chosen = {
        "measured": [(u, c.characters) for u, c in points.items() if not c.extrapolated],
        "with extrapolations": [(u, c.characters) for u, c in points.items()],
    }
    return {name: power_law(pairs) if len(pairs) > 1 else None for name, pairs in chosen.items()}, chosen


def fit_table(results):
    header = ("crossings", "amounts of text", "exponent", "compute at 10,000 unique characters, FLOPs")
    found, chosen = fits(results)
    rows = []
    for name, fit in found.items():
        if fit is None:
            rows.append((name, len(chosen[name]), "too few for a fit", ""))
            continue
        exponent, factor, error = fit
        exponent_text = f"{exponent:.2f}" + (f" ± {error:.2f}" if error is not None else "")
        rows.append((name, len(chosen[name]), exponent_text, f"{flops(results, factor * 1e4**exponent):.1e}"))
    rows.append(("published (arXiv 2507.15857)", "", f"{PUBLISHED}", f"{2.12 * 10**1.956 * 1e4**PUBLISHED:.1e}"))
    return table(header, rows)


def rates_table(results):
    header = ("unique characters", "way", "rate of learning", "seed", "best bits per character", "at epoch", "minutes")
    rows = []
    for run in sorted(results["curves"], key=lambda run: (run["unique"], run["kind"], run["rate"], run["seed"])):
        top = best(run["rows"])
        way = "diffusion" if run["kind"] == "mdlm" else "left to right"
        bits, minutes = value(top["bits"], top["error"]), f"{run['seconds'] / 60:.1f}"
        rows.append((f"{run['unique']:,}", way, f"{run['rate']:g}", run["seed"], bits, f"{top['epochs']:.0f}", minutes))
    return table(header, rows)


def draw(results):
    matplotlib.rcParams["svg.hashsalt"] = "infill"  # the same picture has the same bytes
    figure, (by_epoch, by_compute, law) = pyplot.subplots(1, 3, figsize=(16, 5), layout="constrained")
    found = amounts(results)
    for number, (unique, entry) in enumerate(found.items()):
        colour = pyplot.get_cmap("viridis")(number / max(len(found) - 1, 1) * 0.85)
        for style, run in (("--", entry["left"]), ("-", entry["diffusion"])):
            rows = [row for row in run["rows"] if row["epochs"] > 0]
            label = f"{unique:,} characters" if style == "-" else None
            bits = [row["bits"] for row in rows]
            by_epoch.plot([row["epochs"] for row in rows], bits, style, marker=".", color=colour, label=label)
            compute = [flops(results, row["epochs"] * unique) for row in rows]
            by_compute.plot(compute, bits, style, marker=".", color=colour)
        level = best(entry["left"]["rows"])["bits"]
        at = crossing(entry["diffusion"]["rows"], level, unique)
        if at:
            face = "none" if at.extrapolated else colour
            by_epoch.plot(at.epochs, level, "o", ms=9, color=colour, mfc=face)
            by_compute.plot(flops(results, at.characters), level, "o", ms=9, color=colour, mfc=face)
            law.plot(unique, flops(results, at.characters), "o", ms=9, color=colour, mfc=face)
    for axis, label in ((by_epoch, "epochs"), (by_compute, "training compute, FLOPs")):
        axis.set(xscale="log", xlabel=label, ylabel="bits per held-out character")
    by_epoch.legend(title="solid: diffusion (bound)\ndashed: left to right (exact)")
    for (name, fit), style in zip(fits(results)[0].items(), ("-", ":"), strict=True):
        if fit:
            exponent, factor, _ = fit
            ends = [min(found), max(found)]
            compute = [flops(results, factor * u**exponent) for u in ends]
            law.plot(ends, compute, style, color="#444444", label=f"{name}: exponent {exponent:.2f}")
    if law.lines:
        law.legend()
    law.set(xscale="log", yscale="log", xlabel="unique characters", ylabel="compute of the crossing, FLOPs")
    for axis in (by_epoch, by_compute, law):
        axis.grid(alpha=0.3)
    return figure


def main(argv=None):
    write_page("data-constrained", __doc__, "train_repeated.py", tables_of, draw, argv)


if __name__ == "__main__":
    main()
