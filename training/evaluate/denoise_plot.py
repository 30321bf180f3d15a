"""The picture of what denoising does to corrupted selections."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

from training.evaluate.denoise_rows import RANKED

_PANELS = {
    "removed": "% of the faults removed",
    "ranked": f"% of the one-token faults whose right token ranks 1 to {RANKED}",
    "alone": "% of the clean selections left alone",
    "broken": "% with parse errors introduced",
}
_STYLES = ("o-", "s--")  # of this engine, and of the one beside it


def draw_denoise(result, folder, form="svg"):
    """What denoise.json holds -> the picture's path"""
    matplotlib.rcParams["svg.hashsalt"] = "infill"  # the same picture has the same bytes
    figure, panels = pyplot.subplots(2, 2, figsize=(10, 8), sharex=True, layout="constrained")
    rows = [row for row in result["rows"] if row["strength"] is not None]
    engines = list(dict.fromkeys(row["engine"] for row in rows))
    steps = sorted({row["steps"] for row in rows})
    for axes, (name, label) in zip(panels.flat, _PANELS.items(), strict=True):
        for style, engine in zip(_STYLES, engines, strict=False):
            for i, count in enumerate(steps):
                line = [
                    r for r in rows if (r["engine"], r["steps"]) == (engine, count) and r[name]["share"] is not None
                ]
                if line:
                    _line(axes, line, name, style, i, f"{engine}, {count} {'step' if count == 1 else 'steps'}")
        for row in result["rows"]:
            if row["strength"] is None and row[name]["share"] is not None:
                axes.axhline(100 * row[name]["share"], color="grey", ls=":", label=row["engine"])
        axes.set(ylabel=label, ylim=(0, None))
        axes.grid(alpha=0.3)
    for axes in panels[-1]:
        axes.set(xlabel="strength: share of the tokens that may be redone")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5, fontsize="small")
    path = Path(folder, f"denoise.{form}")
    figure.savefig(path, metadata={"Date": None} if form == "svg" else None)
    pyplot.close(figure)
    return path


def _line(axes, rows, name, style, place, label):
    shares = [100 * row[name]["share"] for row in rows]
    ends = [[100 * end for end in row[name]["interval"]] for row in rows]
    error = [
        [max(0, share - low) for share, (low, _) in zip(shares, ends, strict=True)],
        [max(0, high - share) for share, (_, high) in zip(shares, ends, strict=True)],
    ]
    strengths = [row["strength"] + 0.004 * place for row in rows]  # beside each other, so that all can be seen
    axes.errorbar(strengths, shares, error, fmt=style, color=f"C{place}", capsize=2, lw=1, label=label)
