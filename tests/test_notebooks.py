"""The notebooks are clean and stand on what is public."""

import ast
import importlib
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_of_a_machine_is_committed(path):
    """No cell has an output or a count of its runs."""
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(path, "code"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_public_names_of_ours_are_used(path):
    """What is imported of model and service is there and has no leading underscore; no private attribute is read."""
    code = "\n".join("".join(cell["source"]) for cell in cells(path, "code"))
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] in ("model", "service"):
            module = importlib.import_module(node.module)
            assert all(hasattr(module, alias.name) for alias in node.names)
            assert not any(part.startswith("_") for part in node.module.split("."))
            assert not any(alias.name.startswith("_") for alias in node.names)
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_asks_and_answers(path):
    """A notebook begins with its question and ends with what was learnt."""
    first, *_, last = cells(path, "markdown")
    assert "?**" in "".join(first["source"])
    assert "".join(last["source"]).startswith("## What we learnt")


def test_there_are_notebooks():
    """The checks above have something to look at."""
    assert len(NOTEBOOKS) == 5
