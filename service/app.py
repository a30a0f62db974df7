"""The Flask application."""

from flask import Flask, Response, request

from model import Tagger
from service.api import api
from service.front import ROUTE, Front
from service.inference import inference
from service.metrics import Metrics, metrics
from service.openapi import openapi
from service.overload import Gate
from service.page import page
from service.problems import register_problems
from service.settings import Settings
from service.viewer import viewer


def create_app(tagger: Tagger, settings: Settings | None = None) -> Flask:
    """The service around a loaded tagger."""
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # //v1/tag is no route, and no redirect either
    app.config["MAX_CONTENT_LENGTH"] = settings.max_bytes + 1  # one more, so that a body cut there is seen to be
    counters, gate = Metrics(), Gate(app.wsgi_app, settings)
    front = Front(gate, settings, counters)
    app.extensions |= {"tagger": tagger, "settings": settings, "metrics": counters, "gate": gate, "front": front}
    app.register_blueprint(api)
    app.register_blueprint(inference)
    app.register_blueprint(openapi)
    app.register_blueprint(viewer)
    app.register_blueprint(metrics)
    app.register_blueprint(page)
    register_problems(app)
    app.after_request(_name_route)
    app.wsgi_app = front  # type: ignore[method-assign]  # Flask's own way to put something before it
    return app


def _name_route(response: Response) -> Response:
    if request.url_rule:
        request.environ[ROUTE] = request.url_rule.rule
    return response
