"""A page in docs: its tables and its picture, out of a file of results."""

import argparse
import json
from pathlib import Path

from matplotlib import pyplot

from training.claims.tables import with_tables


def write_page(name, description, written_by, tables_of, draw, argv=None):
    """Puts `tables_of(results)` into DOCS/NAME.md and `draw(results)` beside it as NAME.svg."""
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--results", required=True, help=f"what {written_by} wrote")
    p.add_argument("--docs", required=True, help="folder")
    options = p.parse_args(argv)
    results = json.loads(Path(options.results).read_text(encoding="utf-8"))
    page = Path(options.docs, f"{name}.md")
    page.write_text(with_tables(page.read_text(encoding="utf-8"), tables_of(results)), encoding="utf-8")
    figure = draw(results)
    figure.savefig(page.with_suffix(".svg"), metadata={"Date": None})
    pyplot.close(figure)
