"""The Flask application."""

from flask import Flask

from model import Tagger
from service.api import api
from service.page import page
from service.problems import register_problems
from service.settings import Settings


def create_app(tagger: Tagger, settings: Settings | None = None) -> Flask:
    """The service around a loaded tagger."""
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_bytes + 1  # one more, so that a body cut there is seen to be
    app.extensions["tagger"] = tagger
    app.extensions["settings"] = settings
    app.register_blueprint(api)
    app.register_blueprint(page)
    register_problems(app)
    return app
