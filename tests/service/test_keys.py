"""Keys: what asks for one, how it is sent, what it is compared with."""

import pytest

from service.app import create_app
from service.keys import hash_of, is_known, new_key
from service.settings import Settings

PROBES = ["/livez", "/readyz"]
BODY = {"paragraphs": ["村民领取企业年金"]}


@pytest.fixture
def key():
    return new_key()


@pytest.fixture
def guarded(tagger, key):
    """A client of a service that knows two keys."""
    return create_app(tagger, Settings(api_keys=(hash_of(new_key()), hash_of(key)))).test_client()


def test_a_key_opens_by_either_header(guarded, key):
    """Bearer, in any case, and X-API-Key."""
    for headers in ({"Authorization": f"Bearer {key}"}, {"authorization": f"bearer {key}"}, {"X-API-Key": key}):
        assert guarded.post("/v1/tag", json=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer x"},
        {"X-API-Key": "密"},
        {"Authorization": "Basic x"},
    ],
)
def test_without_a_known_key_there_is_a_401(guarded, headers):
    """The problem says how a key is sent; the body is not looked at."""
    answer = guarded.post("/v1/tag", data=b"{", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "urn:themetag:unauthorized"


def test_every_route_that_reads_text_asks_for_a_key(guarded):
    """A route that takes a POST, wherever it comes to stand, is not open by mistake."""
    rules = [rule for rule in guarded.application.url_map.iter_rules() if "POST" in rule.methods]
    assert len(rules) >= 2
    for rule in rules:
        path = rule.rule.replace("<", "").replace(">", "")
        assert guarded.post(path, data=b"{}").status_code == 401, rule.rule


def test_probes_and_metrics_are_open_unless_metrics_are_to_be_kept(guarded, tagger, key):
    """An orchestrator needs no key; /metrics asks for one where the setting says so."""
    assert [guarded.get(path).status_code for path in [*PROBES, "/metrics"]] == [200, 200, 200]
    kept = create_app(tagger, Settings(api_keys=(hash_of(key),), metrics_key=True)).test_client()
    assert [kept.get(path).status_code for path in [*PROBES, "/metrics"]] == [200, 200, 401]
    assert kept.get("/metrics", headers={"X-API-Key": key}).status_code == 200


def test_keys_are_long_random_and_known_only_by_their_hash(key):
    """Two keys differ; a hash is no key."""
    assert len(key) > 50
    assert key != new_key()
    assert is_known(key, [hash_of(new_key()), hash_of(key)])
    assert not is_known(hash_of(key), [hash_of(key)])
    assert not is_known("", [hash_of(key)])
    assert not is_known(key, [])
