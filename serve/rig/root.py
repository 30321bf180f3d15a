"""Where the tests find things."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
TINY = ROOT / "test" / "fixtures" / "tiny" / "fp32"
CLI = ROOT / "dist" / "cli.cjs"
