"""What the routes answer when all is well."""

import json

import pytest

from service.app import create_app

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"


def tag(client, **body):
    answer = client.post("/v1/tag", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json["paragraphs"]


def test_tags_are_the_taggers(client, tagger):
    """Scores, themes and review over HTTP are those of Python, and every answer names the model."""
    answer = client.post("/v1/tag", json={"paragraphs": [BOTH]})
    assert answer.mimetype == "application/json"
    assert answer.json == {
        "model": {"version": tagger.version, "digest": tagger.digest},
        "paragraphs": [{"id": 0, **tagger.tag(BOTH).as_dict()}],
    }


def test_order_and_ids_are_the_callers(client):
    """Objects keep their id of whatever kind, strings and objects without one get their index."""
    items = [{"id": "b", "text": PLAIN}, BOTH, {"text": PLAIN, "date": "2024"}, {"id": 7, "text": BOTH}]
    assert [paragraph["id"] for paragraph in tag(client, paragraphs=items)] == ["b", 1, 2, 7]


def test_all_themes_are_scored_and_those_asked_for_answered(client):
    """`themes` chooses the answers, never the scores."""
    (answer,) = tag(client, paragraphs=[BOTH], themes=["harvest"])
    assert answer["themes"] == ["harvest"]
    assert set(answer["scores"]) == {"harvest", "pension"}


def test_threshold_of_the_call_decides(client):
    """A threshold in the request is used for this request only."""
    assert tag(client, paragraphs=[PLAIN], thresholds={"pension": 0})[0]["themes"] == ["pension"]
    assert tag(client, paragraphs=[PLAIN])[0]["themes"] == []


def test_evidence_is_quoted_from_the_text(client):
    """Offsets are characters of the caller's text, whatever lies before."""
    text = "😀 領取 企業年金，小麥收成好"
    (answer,) = tag(client, paragraphs=[text], themes=["pension", "harvest"], evidence=True)
    assert answer["evidence"]
    assert all(text[found["start"] : found["end"]] == found["text"] for found in answer["evidence"])
    assert set(answer["evidence"][0]) == {"theme", "start", "end", "text", "weight"}


@pytest.mark.parametrize(
    ("item", "type"),
    [
        ("", "paragraph-empty"),
        ({"id": "x", "text": " \n"}, "paragraph-empty"),
        ({"id": "x", "text": None}, "paragraph-not-text"),
        ({"id": "x"}, "paragraph-not-text"),
        (5, "paragraph-not-text"),
        ([PLAIN], "paragraph-not-text"),
        ("长" * 101, "paragraph-too-long"),
        ("\u200b\u2060", "paragraph-empty"),
        ("年金\0", "paragraph-not-text"),
        ({"id": "x", "text": "年金\ud800"}, "paragraph-not-text"),
    ],
)
def test_a_bad_paragraph_spoils_no_other(client, item, type):
    """It carries its error in its place, and the others are tagged."""
    bad, good = tag(client, paragraphs=[item, BOTH])
    assert bad["error"]["type"] == f"urn:themetag:{type}"
    assert bad["id"] == (item["id"] if isinstance(item, dict) else 0)
    assert bad["error"]["detail"]
    assert set(good["themes"]) == {"pension", "harvest"}


def test_a_paragraph_at_the_limit_is_tagged(client):
    """The limit itself is allowed."""
    assert "error" not in tag(client, paragraphs=["长" * 100])[0]


def test_ids_come_back_as_they_came(client):
    """Even one that is no valid Unicode, in an answer that is valid JSON."""
    body = b'{"paragraphs": [{"id": "\\ud800", "text": "\\u5e74\\u91d1"}]}'
    answer = client.post("/v1/tag", data=body, content_type="application/json")
    assert json.loads(answer.data)["paragraphs"][0]["id"] == "\ud800"


def test_a_call_of_many_gives_the_bits_of_calls_of_one(tagger):
    """Neighbours, bad ones and invisible ones among them, move no bit of an answer."""
    client = create_app(tagger).test_client()
    items = [BOTH, "", PLAIN, 7, "\u200b\u2060", BOTH * 40, {"text": PLAIN}] * 20
    for wishes in ({}, {"evidence": True, "thresholds": {"pension": 0.1}}):
        many = tag(client, paragraphs=items, **wishes)
        for item, answer in zip(items[:7], many[70:], strict=False):
            alone = client.post("/v1/tag", json={"paragraphs": [item, PLAIN], **wishes}).json["paragraphs"][0]
            assert alone | {"id": 0} == answer | {"id": 0}


def test_themes_tell_what_they_mean(client):
    """Each theme has its names, definition, colour, threshold and review band."""
    listed = {theme["key"]: theme for theme in client.get("/v1/themes").json["themes"]}
    assert listed["pension"]["name_zh"] == "养老金融"
    assert listed["pension"]["definition"] == "为养老而存的钱。"
    low, high = listed["pension"]["review"]
    assert low < listed["pension"]["threshold"] < high


def test_model_tells_where_scores_come_from(client, tagger):
    """Version, digests, figures and limits stand in one place, and what turns evidence into a score."""
    answer = client.get("/v1/model").json
    assert answer["model"] == {"version": tagger.version, "digest": tagger.digest}
    assert answer["limits"] == {
        "max_paragraphs": 4,
        "max_characters": 100,
        "max_bytes": 4000,
        "max_document_bytes": 9000,
    }
    assert answer["metrics"]["rows"] == 28
    assert set(answer["decisions"]["pension"]) == {"intercept", "slope", "offset"}


def test_probes_answer(client, tagger):
    """Liveness says the process answers, readiness which model it has."""
    assert client.get("/livez").json == {"status": "alive"}
    assert client.get("/readyz").json["model"]["version"] == tagger.version
