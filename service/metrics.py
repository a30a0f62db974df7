"""What Prometheus reads at /metrics: added up over all workers, the ended ones too."""

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app

from model import Tagger
from service.openapi import Operation, described

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable, read when prometheus_client is imported, of the folder through which workers share their numbers."""

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

metrics = Blueprint("metrics", __name__)


class Metrics:
    """The service's counters. One per application."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = registry = CollectorRegistry()
        self._requests = Counter("themetag_requests", "Requests answered", ["route", "status"], registry=registry)
        self._seconds = Histogram(
            "themetag_request_seconds", "Seconds from head to answer", ["route"], buckets=BUCKETS, registry=registry
        )
        self._paragraphs = Counter("themetag_paragraphs", "Paragraphs tagged", registry=registry)
        self._review = Counter("themetag_review_paragraphs", "Paragraphs with a theme in review", registry=registry)
        self._themes = Counter("themetag_themes", "Paragraphs of which a theme was said", ["theme"], registry=registry)
        self._bundle = Gauge(
            "themetag_bundle_info", "The model", ["version", "digest"], multiprocess_mode="livemax", registry=registry
        )
        # To look up a labelled counter costs more than to count.
        self._request = lru_cache(1024)(self._requests.labels)
        self._second = lru_cache(256)(self._seconds.labels)
        self._theme = lru_cache(1024)(self._themes.labels)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request by its route (not its path) and status."""
        self._request(route, status).inc()
        self._second(route).observe(seconds)

    def count_tagged(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Count the rows that carry tags, and their themes; how many they are."""
        tagged = [row for row in rows if "themes" in row]
        said: dict[str, int] = {}
        for row in tagged:
            for key in row["themes"]:
                said[key] = said.get(key, 0) + 1
        for key, number in said.items():
            self._theme(key).inc(number)
        if tagged:
            self._paragraphs.inc(len(tagged))
        if review := sum(bool(row["review"]) for row in tagged):
            self._review.inc(review)
        return len(tagged)

    def exposition(self, tagger: Tagger) -> tuple[bytes, str]:
        """Everything in the text format of Prometheus, and its content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self._bundle.labels(tagger.version, tagger.digest).set(1)
        registry = self._registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST


@metrics.get("/metrics")
@described(Operation(answer="text/plain"))
def show() -> Response:
    """The counters of all workers."""
    body, content_type = current_app.extensions["metrics"].exposition(current_app.extensions["tagger"])
    return Response(body, content_type=content_type)
