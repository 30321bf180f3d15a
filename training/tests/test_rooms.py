"""The walls between the rooms of training/: what each may import, and that no file stands outside one."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from training.tests.conftest import ROOT

MAY_IMPORT = {
    "shared": set(),
    "model": set(),
    "data": set(),
    "train": {"shared", "model"},
    "one_network": {"model", "train"},
    "export": {"shared", "model", "train"},
    "evaluate": {"shared", "model", "train"},
    "oracle": {"shared", "model", "train", "export"},
    "claims": {"shared"},
    "gpu": {"model", "train", "one_network"},
}
OTHER_FOLDERS = {"configs", "results", "tests"}


def imports_of(training):
    """Folder of the package -> {file within it: modules of the package that it imports}; tests may import anything."""
    files = [path.relative_to(training) for path in training.rglob("*.py")]
    return {
        path: set(imported(ast.parse((training / path).read_text(encoding="utf-8")), path))
        for path in files
        if path.parts[0] != "tests" and path != Path("__init__.py")
    }


def imported(tree, path):
    """Also inside functions. `from training.ROOM import FILE` names the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; write training.ROOM.FILE"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "training")


def breaches(imports, may_import):
    """-> what is wrong, in words"""
    wrong = []
    for path, modules in sorted(imports.items()):
        room = path.parts[0]
        if room not in may_import:
            wrong.append(f"{path.as_posix()} stands in no room")
            continue
        for module in sorted(modules):
            other = module.split(".")[1]
            if other != room and other not in may_import[room]:
                wrong.append(f"{path.as_posix()} imports {module}: {room} may not import {other}")
    return wrong


def file_graph(imports):
    """{module: modules that it imports}, each as far as it is a file"""
    modules = {".".join(("training", *path.with_suffix("").parts)): path for path in imports}
    return {
        module: {name for name in modules for asked in imports[path] if f"{asked}.".startswith(f"{name}.")}
        for module, path in modules.items()
    }


def test_a_room_imports_only_what_it_may():
    assert breaches(imports_of(ROOT / "training"), MAY_IMPORT) == []


def test_nothing_is_allowed_that_no_file_needs():
    needed = {room: set() for room in MAY_IMPORT}
    for path, modules in imports_of(ROOT / "training").items():
        needed[path.parts[0]] |= {module.split(".")[1] for module in modules} - {path.parts[0]}
    assert needed == MAY_IMPORT


def test_neither_rooms_nor_files_import_each_other():
    for graph in (MAY_IMPORT, file_graph(imports_of(ROOT / "training"))):
        assert len(list(TopologicalSorter(graph).static_order())) == len(graph)


def test_tests_mirror_the_rooms():
    folders = {path.name for path in (ROOT / "training").iterdir() if (path / "__init__.py").is_file()}
    assert folders - OTHER_FOLDERS == set(MAY_IMPORT)
    tests = {path.parent.name for path in (ROOT / "training" / "tests").glob("*/test_*.py")}
    assert tests == set(MAY_IMPORT) - {"shared"}  # tried by all that use it


@pytest.mark.parametrize(
    "path, code, complaint",
    [
        ("model/a.py", "from training.train.loss import noise", "model may not import train"),
        ("model/a.py", "from training.train import loss", "model may not import train"),
        ("data/a.py", "import training.shared.progress", "data may not import shared"),
        ("train/a.py", "def f():\n    from training.evaluate.held_out import cut", "train may not import evaluate"),
        ("train/a.py", "from training.tests.conftest import ROOT", "train may not import tests"),
        ("oracle/samplers/a.py", "from training.evaluate import report", "oracle may not import evaluate"),
        ("a.py", "import json", "a.py stands in no room"),
        ("train/a.py", "from training.model.model import Encoder\nfrom numpy import train", None),
    ],
)
def test_a_breach_is_named(tmp_path, path, code, complaint):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(code, encoding="utf-8")
    found = breaches(imports_of(tmp_path), MAY_IMPORT)
    assert len(found) == (complaint is not None) and all(complaint in each for each in found)


def test_relative_imports_and_circles_are_refused(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.py").write_text("from .b import c", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"model/a\.py imports relatively"):
        imports_of(tmp_path)
    (tmp_path / "model" / "a.py").write_text("from training.model import b", encoding="utf-8")
    (tmp_path / "model" / "b.py").write_text("from training.model.a import c", encoding="utf-8")
    with pytest.raises(CycleError):
        list(TopologicalSorter(file_graph(imports_of(tmp_path))).static_order())
