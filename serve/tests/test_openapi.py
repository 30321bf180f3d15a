"""The server answers what its OpenAPI document says, whatever is asked, and never breaks."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TINY = ROOT / "test" / "fixtures" / "tiny" / "fp32"
STARTS_WITHIN_S = 60
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"


@pytest.fixture
def url() -> Iterator[str]:
    """A server of a tiny model with random weights."""
    source = ["node", "--import=tsx", "src/cli/main.ts"]
    command = [*source, "serve", "--port", "0", "--model", str(TINY), "--threads", "1"]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    try:
        told = server.stderr.readline()
        found = re.search(r"http://\S+\d", told)
        assert found, told
        yield found.group()
    finally:
        server.terminate()
        assert server.wait(STARTS_WITHIN_S) == 0
        server.stderr.close()


def test_whatever_the_document_allows_is_answered_as_it_says(url: str) -> None:
    """Schemathesis also sends what the document forbids, and bodies that are no JSON."""
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"),
            *("--max-examples", "15", "--checks", CHECKS, "--generation-deterministic"),
            *("--phases", "coverage,fuzzing"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout[-4000:]
    cases = re.search(r"(\d+) generated, (\d+) passed", asked.stdout)
    assert cases, asked.stdout[-4000:]
    assert cases.group(1) == cases.group(2)
    assert int(cases.group(1)) > 300
