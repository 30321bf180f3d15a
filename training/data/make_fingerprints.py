"""Write the fingerprints of HumanEval and MBPP that `decontaminate.py` looks for; none of their text is kept.

    python -m training.data.make_fingerprints HumanEval.jsonl mbpp.jsonl

The files are the benchmarks' own: data/HumanEval.jsonl.gz, unpacked, of openai/human-eval and mbpp/mbpp.jsonl of
google-research. What the Python standard library also says is left out, and so are runs of almost nothing but symbols
and numbers: both stand in ordinary code."""

import argparse
import json
import sysconfig
from pathlib import Path

import numpy as np

from training.data.decontaminate import FINGERPRINTS, RUN, run_hashes, sampled, tokens

FEWEST_WORDS, FEWEST_TOKENS = 3, 6  # different ones in a run that is a fingerprint


def texts(record):
    """One problem -> its texts: description with solution, tests. KeyError where it is of neither benchmark."""
    if "canonical_solution" in record:
        return [record["prompt"] + record["canonical_solution"], record["test"]]
    tests = [record["test_setup_code"], *record["test_list"], *record["challenge_test_list"]]
    return [record["text"], record["code"], "\n".join(tests)]


def telling(run):
    """Whether a run of tokens says something of its own."""
    return len(set(run)) >= FEWEST_TOKENS and len({w for w in run if w[0].isalpha()}) >= FEWEST_WORDS


def telling_hashes(text):
    """-> sampled uint64 hashes of the runs that are `telling`."""
    words = tokens(text)
    keep = [telling(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]
    return sampled(run_hashes(words)[np.array(keep, bool)])


def ordinary_hashes(folder):
    """-> sampled hashes of every .py file below `folder`, except installed packages."""
    files = [path for path in sorted(Path(folder).rglob("*.py")) if "site-packages" not in path.parts]
    parts = [sampled(run_hashes(tokens(path.read_text(encoding="utf-8", errors="ignore")))) for path in files]
    return np.concatenate([np.empty(0, np.uint64), *parts])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("benchmarks", nargs="+", help="files of JSON lines")
    p.add_argument("--ordinary", default=sysconfig.get_path("stdlib"), help="folder of Python that is no benchmark")
    p.add_argument("--out", default=FINGERPRINTS)
    args = p.parse_args()
    lines = [line for path in args.benchmarks for line in Path(path).read_text(encoding="utf-8").splitlines() if line]
    hashes = np.concatenate([telling_hashes(text) for line in lines for text in texts(json.loads(line))])
    own = np.setdiff1d(hashes, ordinary_hashes(args.ordinary))  # sorted, without repetitions
    own.astype("<u8").tofile(args.out)
    print(f"{len(lines)} problems, {len(own)} fingerprints, {own.nbytes / 1000:.0f} kB")


if __name__ == "__main__":
    main()
