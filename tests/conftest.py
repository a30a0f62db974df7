"""A small real bundle, trained once a session on seeds of its own, and the service around it."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from model import Tagger
from model.bundle import Bundle, write_bundle
from model.seeds import load_seeds
from model.training import train
from service.app import create_app
from service.settings import Settings

settings.register_profile("untimed", deadline=None)  # nothing is timed in tests
settings.load_profile("untimed")

TINY = Path(__file__).parent / "tiny"
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def trained():
    """The tiny bundle before it is written, and its pipeline."""
    return train(load_seeds(TINY))


@pytest.fixture(scope="session")
def tiny_folder(trained, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "bundle"
    write_bundle(trained[0], folder, "1.2.3")
    return folder


@pytest.fixture(scope="session")
def tagger(tiny_folder) -> Tagger:
    return Tagger.load(tiny_folder)


@pytest.fixture(scope="session")
def tiny_bundle(tagger) -> Bundle:
    return tagger.bundle


@pytest.fixture
def bundle_copy(tiny_folder, tmp_path) -> Path:
    """A copy of the tiny bundle that a test may spoil."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


@pytest.fixture
def seeds_copy(tmp_path) -> Path:
    """A copy of the tiny seeds that a test may spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "seeds"))


@pytest.fixture
def app(tagger) -> Flask:
    return create_app(tagger, Settings(max_paragraphs=4, max_characters=100, max_bytes=4000, max_document_bytes=9000))


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()
