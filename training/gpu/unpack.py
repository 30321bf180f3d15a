"""What the packs brought -> what training needs: every file verified, pieces joined, wheels unpacked and tried.

    cd FOLDER && python3 -m training.gpu.unpack

Then `ready` stands there, for which the commands that train look. Needs nothing but Python's standard library."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from training.gpu.pieces import join

LIST = "packs.json"  # {number of a pack: {path: sha256}}; travels in pack 1
READY = "ready"
MODULES = ("numpy", "torch", "gguf", "yaml", "tqdm", "tokenizers", "safetensors", "zstandard")


def unpack(folder):
    """-> the joined files. ValueError says which pack to bring again, or what else is wrong."""
    folder = Path(folder)
    verify(folder)
    joined = join(folder / "pieces", folder) if (folder / "pieces").exists() else []
    for wheel in sorted((folder / "wheels").glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "site")
    return joined


def verify(folder):
    path = folder / LIST
    if not path.is_file():
        raise ValueError(f"There is no {LIST} in {folder}: bring pack 1.")
    for number, files in json.loads(path.read_text(encoding="utf-8")).items():
        for name, expected in files.items():
            here = folder / name
            if not here.is_file():
                raise ValueError(f"{name} is missing: bring pack {number} again.")
            if file_sha256(here) != expected:
                raise ValueError(f"{name} is damaged: bring pack {number} again.")


def file_sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def try_modules(folder):
    """Wheels are compiled for one version of Python: better to hear that now than from the training."""
    code = f"import {', '.join(MODULES)}; print('torch', torch.__version__, 'cuda', torch.cuda.is_available())"
    where = os.environ | {"PYTHONPATH": str(Path(folder, "site").resolve())}
    if subprocess.run([sys.executable, "-c", code], env=where, check=False).returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise ValueError(
            f"Not all of {', '.join(MODULES)} can be imported by this Python {version}:"
            f" run prepare.py with --python {version}, and bring the packs with wheels again."
        )


def main():
    try:
        for path in unpack("."):
            print(path)
        try_modules(".")
        Path(READY).touch()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
