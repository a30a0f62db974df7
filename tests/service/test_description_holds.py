"""Schemathesis over the whole description: no 5xx, and no undocumented status, content type or schema."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from model import Tagger
from service.app import create_app
from service.settings import Settings

LIMITS = Settings(max_paragraphs=4, max_characters=100, max_bytes=4000, max_document_bytes=9000)
"""Limits that generated calls reach."""

BEYOND_SCHEMAS = ("/v1/documents", "/infer")
"""Routes whose calls may be wrong though each member is right: no schema says what a PDF is, nor ties shape to data."""

description = schemathesis.openapi.from_wsgi("/openapi.json", create_app(Tagger.load(), LIMITS))


@description.parametrize()
@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_described(case):
    """Of valid calls, which are accepted, and of calls with one thing wrong, which are not, for every route."""
    excluded = [positive_data_acceptance] if case.path.endswith(BEYOND_SCHEMAS) else []
    case.call_and_validate(excluded_checks=excluded)
