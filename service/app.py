"""The Flask application."""

from flask import Flask

from model import Tagger
from service.api import api
from service.inference import inference
from service.openapi import openapi
from service.problems import register_problems
from service.settings import Settings
from service.viewer import viewer


def create_app(tagger: Tagger, settings: Settings | None = None) -> Flask:
    """The service around a loaded tagger."""
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # //v1/tag is no route, and no redirect either
    app.config["MAX_CONTENT_LENGTH"] = settings.max_bytes + 1  # one more, so that a body cut there is seen to be
    app.extensions["tagger"] = tagger
    app.extensions["settings"] = settings
    app.register_blueprint(api)
    app.register_blueprint(inference)
    app.register_blueprint(openapi)
    app.register_blueprint(viewer)
    register_problems(app)
    return app
