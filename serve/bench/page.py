"""The tables and the picture of docs/serving-a-team.md, from the results file alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "serving-a-team.md"
PICTURE = DOCS / "serving-a-team.svg"
BEGIN, END = "<!-- {}: written by serve/bench/simulate.py -->", "<!-- end of {} -->"


def tables_of(results: Mapping[str, Any]) -> dict[str, str]:
    """Markdown by the name of its place."""
    measured = results["measured"]
    load = [
        "| | 1 replica | 2 replicas | ratio |",
        "|---|---|---|---|",
        *(
            f"| {name} | {one:g} | {two:g} | {two / one:.2f} |"
            for name, one, two in (
                ("requests a second", measured["load"]["1"]["per_second"], measured["load"]["2"]["per_second"]),
                ("p95, ms", measured["load"]["1"]["p95_ms"], measured["load"]["2"]["p95_ms"]),
            )
        ),
    ]
    needed = []
    for table in results["tables"]:
        needed += [
            f"{words_of(table)}: {table['per_second']:g} requests a second.",
            "",
            "| replicas | p50, ms | p95, ms | answered before the next request | read before | busy |",
            "|---|---|---|---|---|---|",
            *(
                f"| {row['replicas']} | {row['p50_ms']} | {row['p95_ms']} | {percent(row['answered'])} "
                f"| {percent(row['warm'])} | {percent(row['busy'])} |"
                for row in table["rows"]
            ),
            "",
        ]
    return {"load": "\n".join(load), "needed": "\n".join(needed).rstrip()}


def words_of(table: Mapping[str, Any]) -> str:
    typing = f"People type {percent(table['typing'])} of the time"
    return f"{typing}, a replica keeps {table['kept']} documents"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def with_tables(page: str, results: Mapping[str, Any]) -> str:
    """The page with the tables in their places."""
    for name, table in tables_of(results).items():
        begin, end = BEGIN.format(name), END.format(name)
        before, found, rest = page.partition(begin)
        _, ended, after = rest.partition(end)
        assert found and ended, f"{PAGE.name} has no place for {name}"
        page = f"{before}{begin}\n{table}\n{end}{after}"
    return page


def write_page(results: Mapping[str, Any]) -> None:
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    draw(results, PICTURE)


def draw(results: Mapping[str, Any], file: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with pyplot.rc_context({"svg.hashsalt": "infill", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure, axes = pyplot.subplots(figsize=(7, 4))
        for table in results["tables"]:
            rows = table["rows"]
            axes.plot(
                [row["replicas"] for row in rows],
                [row["p95_ms"] for row in rows],
                marker="o",
                linestyle="-" if table["kept"] > 8 else "--",
                label=words_of(table),
            )
        axes.set_xlabel("replicas")
        axes.set_ylabel("p95 of what is answered, ms")
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("{x:.0f}")
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
        axes.set_title(f"{results['people']} typists")
        figure.tight_layout()
        figure.savefig(file, metadata={"Date": None})
        pyplot.close(figure)
