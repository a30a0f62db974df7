"""The rooms of the house: who may import whom, what stays out of inference, what is public."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import model

ROOT = Path(__file__).parent.parent
INFERENCE = ["text", "words", "terms", "vocabulary", "features", "evidence", "bundle", "tagger", "errors"]


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", sorted((ROOT / "model").rglob("*.py")), ids=lambda path: path.name)
def test_model_knows_no_http_and_no_command_line(path):
    """model/ imports nothing of service/, Flask, click or gunicorn."""
    roots = {name.partition(".")[0] for name in imports_of(path)}
    assert not roots & {"service", "flask", "click", "gunicorn"}


@pytest.mark.parametrize("name", INFERENCE)
def test_inference_does_not_know_training(name):
    """The modules of inference import neither scikit-learn nor what trains or reads seeds."""
    found = set(imports_of(ROOT / "model" / f"{name}.py"))
    assert not {module for module in found if module.partition(".")[0] in ("sklearn", "scipy", "pydantic", "opencc")}
    learning = ("training", "adding", "comparison", "calibration", "evaluation", "seeds", "labelled", "duplicates")
    learning += ("card", "gate")
    assert not found & {f"model.{name}" for name in learning}


@pytest.mark.parametrize("path", sorted((ROOT / "model" / "document").glob("*.py")), ids=lambda path: path.name)
def test_documents_are_read_without_a_model(path):
    """What reads documents imports of model only itself, the errors and the table of Chinese characters."""
    found = {module for module in imports_of(path) if module.startswith("model") or module == "sklearn"}
    assert all(module.startswith(("model.document", "model.errors", "model.text")) for module in found)


def test_importing_model_is_light():
    """`import model` brings in neither scikit-learn nor Flask."""
    heavy = "('sklearn', 'scipy', 'flask', 'pydantic', 'docx', 'yaml')"
    code = f"import model, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tagging_over_http_loads_no_scikit_learn():
    """A worker serves without scikit-learn."""
    code = "import service.app, service.server, service.cli, sys; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_public_names_are_those_listed():
    """`__all__` is sorted and holds every public name that is not a module."""
    names = {
        name for name, value in vars(model).items() if not name.startswith("_") and not isinstance(value, type(ast))
    }
    assert model.__all__ == sorted(names)
