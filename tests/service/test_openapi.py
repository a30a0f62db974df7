"""The description: valid, whole, made of what the service now is, and with examples that are true."""

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from model import Tagger
from service.app import create_app
from service.examples import DOCUMENT, EXAMPLES
from service.problems import PROBLEMS
from service.schemas import TagAnswer, TagRequest
from service.tensors import InferRequest


@pytest.fixture(scope="module")
def shipped():
    """The service with the model that is shipped: the examples speak of its themes."""
    return create_app(Tagger.load()).test_client()


@pytest.fixture(scope="module")
def description(shipped):
    return shipped.get("/openapi.json").json


BESIDE = ("unknown-route", "method-not-allowed", "uri-too-long", "headers-too-large", "not-implemented")


def operations(description):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def without_version(answer):
    return {name: value for name, value in answer.items() if name not in ("model", "model_version", "version")}


def test_it_is_openapi_3_1(description):
    """By the rules of the format."""
    assert description["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(description).validate()


def test_every_route_is_described(shipped, description):
    """All of them but the files of the two pages, each with a summary and every status it may answer."""
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in shipped.application.url_map.iter_rules()}
    assert rules - set(description["paths"]) <= {"/docs/{path:name}", "/page/{path:filename}"}
    for _, _, operation in operations(description):
        assert operation["summary"]
        assert {"200", "400", "500"} <= set(operation["responses"])


def test_every_problem_is_described(description):
    """Each stands under its status at some route; those of no route are met beside or before the routes."""
    named = set()
    for _, _, operation in operations(description):
        for status, response in operation["responses"].items():
            if "application/problem+json" in response["content"]:
                types = response["content"]["application/problem+json"]["schema"]["properties"]["type"]["enum"]
                named |= {(type.rpartition(":")[2], int(status)) for type in types}
    beside = {(type, PROBLEMS[type][0]) for type in BESIDE}
    assert named | beside == {(type, status) for type, (status, _) in PROBLEMS.items()}


def test_it_names_the_themes_and_the_limits_of_now(client):
    """They are those of the model and of the settings."""
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    assert schemas["ThemeKey"]["enum"] == ["harvest", "pension"]
    assert schemas["TagRequest"]["properties"]["paragraphs"]["maxItems"] == 4
    assert schemas["Text"]["maxLength"] == 100
    text = client.get("/openapi.json").json["info"]["description"]
    assert all(limit in text for limit in ("4 paragraphs", "100 characters", "4000 bytes", "9000 bytes"))


def test_every_example_is_valid(description):
    """By the schema beside it."""
    for _, _, operation in operations(description):
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (media for content in contents for media in content.get("content", {}).values()):
            if "example" in media:
                schema = media["schema"] | {"components": description["components"]}
                jsonschema.Draft202012Validator(schema).validate(media["example"])


def assert_near(shown, given):
    """The same answer, probabilities to 0.05."""
    if isinstance(shown, dict):
        assert shown.keys() == given.keys()
        for name, value in shown.items():
            assert_near(value, given[name])
    elif isinstance(shown, list):
        assert len(shown) == len(given)
        for one, other in zip(shown, given, strict=True):
            assert_near(one, other)
    else:
        assert shown == (pytest.approx(given, abs=0.05) if isinstance(given, float) else given)


def test_the_example_calls_answer_as_shown(shipped, description):
    """Every example of a body is answered with the example of the answer; every GET with its own."""
    infer = {"json": EXAMPLES[InferRequest]}
    calls = {
        "/v1/tag": {"json": EXAMPLES[TagRequest]},
        "/v1/documents": {"data": DOCUMENT.encode()},
        "/v2/models/themetag/infer": infer,
        "/v2/models/themetag/versions/{version}/infer": infer,
    }
    for method, path, operation in operations(description):
        shown = operation["responses"]["200"]["content"].get("application/json", {}).get("example")
        if shown is not None:
            path_now = path.replace("{version}", description["info"]["version"])
            answer = shipped.open(path_now, method=method, **calls.get(path, {}))
            assert_near(without_version(shown), without_version(answer.json))


def test_answers_are_as_the_models_say(shipped):
    """The models of the answers take what is answered, evidence included."""
    body = EXAMPLES[TagRequest] | {"evidence": True}
    TagAnswer.model_validate(shipped.post("/v1/tag", json=body).json)
