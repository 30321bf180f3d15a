"""Where numbers come from, as far as it decides them: no dates, no paths of this machine."""

import hashlib
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def file_sha256(path):
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cpu_name():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def model_provenance(manifest):
    """-> {"name", "version", "precision", "denoiserSha256", "encoderSha256"}, or whatever the parts of its weights are;
    sums in the manifest's order."""
    weights = manifest["weights"]
    sums = {}
    for file in weights["files"]:
        sums.setdefault(f"{file['part']}Sha256", []).append(file["sha256"])
    about = {"name": manifest["name"], "version": manifest["version"], "precision": weights["precision"]}
    return about | dict(sorted(sums.items()))


# What is told of a model by what was measured, and what holds for texts of a project, names or selections only.
_DECIDES_NOTHING = ("curve", "found", "names", "denoise")


def deciding(recommended):
    """The options of a manifest's `recommended` that decide what a model fills in where it is given neither a project
    nor names."""
    return {name: value for name, value in recommended.items() if name not in _DECIDES_NOTHING}


def place_name(path):
    """A path as it is in the repository; the name alone of what lies outside."""
    path = Path(path).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
