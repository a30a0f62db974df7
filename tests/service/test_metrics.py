"""Counters: what is counted, under which names, and that workers add up."""

import json
import os
import re
import signal

from prometheus_client.parser import text_string_to_metric_families

TEXT = "村民领取企业年金"


def samples(text):
    """The value of each sample by its name and labels."""
    families = text_string_to_metric_families(text)
    return {(s.name, *sorted(s.labels.values())): s.value for family in families for s in family.samples}


def test_requests_paragraphs_and_themes_are_counted(client, tagger):
    """By route, never by path; a refused paragraph is no tagged one."""
    client.post("/v1/tag", json={"paragraphs": [TEXT, TEXT, ""]})
    client.post("/v1/tag", json={"paragraphs": []})
    client.get("/nowhere")
    client.get("/elsewhere")
    found = samples(client.get("/metrics").text)
    tags = tagger.tag(TEXT)
    assert tags.themes
    assert found["themetag_paragraphs_total",] == 2
    assert found["themetag_review_paragraphs_total",] == 2 * bool(tags.review)
    assert all(found["themetag_themes_total", key] == 2 for key in tags.themes)
    assert found["themetag_requests_total", "/v1/tag", "200"] == 1
    assert found["themetag_requests_total", "/v1/tag", "422"] == 1
    assert found["themetag_requests_total", "404", "unknown"] == 2
    assert found["themetag_request_seconds_count", "/v1/tag"] == 2
    assert found["themetag_bundle_info", *sorted((tagger.version, tagger.digest))] == 1


def test_a_document_counts_its_bodies(client):
    """Paragraphs that are not tagged are not counted."""
    client.post("/v1/documents", data=f"# 标题\n\n{TEXT}。\n".encode(), content_type="text/markdown")
    rows = samples(client.get("/metrics").text)
    assert rows["themetag_paragraphs_total",] == 1


def test_workers_add_up_and_the_dead_are_not_forgotten(start, tiny_folder):
    """Twenty calls over two workers are twenty, also after both workers died and others took their place."""
    with start(tiny_folder) as service:
        for _ in range(20):
            assert service.tag(TEXT)[0] == 200
        for worker in (first := service.workers()):
            os.kill(worker, signal.SIGKILL)
        service.wait_until(lambda: len(now := service.workers()) == 2 and not set(now) & set(first))
        status, headers, body = service.call("GET", "/metrics")
        assert status == 200
        assert re.match("text/plain", headers["content-type"])
        found = samples(body.decode())
        assert found["themetag_paragraphs_total",] == 20
        assert found["themetag_requests_total", "/v1/tag", "200"] == 20
        versions = [name for name in found if name[0] == "themetag_bundle_info"]
        assert len(versions) == 1, json.dumps(versions)
