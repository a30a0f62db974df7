"""The Open Inference Protocol: a client that others use tags with it, and every mistake is told in one body."""

import json
import struct
import threading

import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferenceServerException, InferInput, InferRequestedOutput
from werkzeug.serving import make_server

from service.app import create_app

URL = "/v2/models/themetag/infer"
BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"


def text(*paragraphs, **members):
    """The input of a request."""
    return {"name": "text", "datatype": "BYTES", "shape": [len(paragraphs)], "data": list(paragraphs)} | members


def outputs(answer):
    assert answer.status_code == 200, answer.text
    return {output["name"]: output for output in answer.json["outputs"]}


@pytest.fixture(scope="module")
def triton(tagger):
    """A client of Triton's, and the service it speaks to."""
    server = make_server("127.0.0.1", 0, create_app(tagger), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with InferenceServerClient(f"127.0.0.1:{server.server_port}") as client:
        yield client
    server.shutdown()
    thread.join()
    server.server_close()


def tensor(*paragraphs, shape=None, binary=True):
    made = InferInput("text", shape or [len(paragraphs)], "BYTES")
    data = np.array([paragraph.encode() for paragraph in paragraphs], dtype=np.object_).reshape(made.shape())
    return made.set_data_from_numpy(data, binary_data=binary)


def test_a_client_of_triton_sees_health_and_metadata(triton, tagger):
    """Live, ready, and what the model takes and gives, also by version."""
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    for version in ("", tagger.version):
        assert triton.is_model_ready("themetag", version)
        metadata = triton.get_model_metadata("themetag", version)
        assert metadata["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
        assert metadata["versions"] == [tagger.version]
    assert not triton.is_model_ready("themetag", "0")
    assert not triton.is_model_ready("another")


@pytest.mark.parametrize("binary", [True, False])
def test_a_client_of_triton_tags(triton, tagger, binary):
    """Bytes and JSON, both ways, give the tags of Python to the last bit."""
    wanted = [InferRequestedOutput(name, binary_data=binary) for name in ("themes", "review", "scores", "evidence")]
    result = triton.infer("themetag", [tensor(BOTH, PLAIN, binary=binary)], outputs=wanted, request_id="7")
    assert result.get_response()["id"] == "7"
    tags = list(tagger.tag_many([BOTH, PLAIN], evidence=True))
    decoded = {
        name: [json.loads(value) for value in result.as_numpy(name)] for name in ("themes", "review", "evidence")
    }
    assert decoded["themes"] == [answer.themes for answer in tags]
    assert decoded["review"] == [answer.review for answer in tags]
    assert decoded["evidence"] == [[item._asdict() for item in answer.evidence] for answer in tags]
    assert result.as_numpy("scores").tolist() == [list(answer.scores.values()) for answer in tags]


def test_a_client_of_triton_that_names_no_outputs_gets_all_but_the_evidence(triton, tagger):
    """As bytes, which it asks for; parameters choose themes and thresholds."""
    wishes = {"themes": "pension", "thresholds": "pension:0"}
    result = triton.infer("themetag", [tensor(PLAIN, shape=[1, 1])], model_version=tagger.version, parameters=wishes)
    assert [output["name"] for output in result.get_response()["outputs"]] == ["themes", "review", "scores"]
    assert json.loads(result.as_numpy("themes")[0]) == ["pension"]
    assert result.get_output("scores")["parameters"]["themes"] == "harvest,pension"


def test_a_client_of_triton_is_told_what_is_wrong(triton):
    """Its exception carries the sentence and the status."""
    with pytest.raises(InferenceServerException, match="the paragraph has no text") as caught:
        triton.infer("themetag", [tensor(BOTH, "")])
    assert caught.value.status() == "422"


def test_json_in_json_out(client, tagger):
    """Without extensions, nested data included."""
    for data in ([BOTH, PLAIN], [[BOTH], [PLAIN]]):
        found = outputs(client.post(URL, json={"inputs": [text(data=data, shape=[2, 1])], "id": None}))
        assert found["themes"]["data"] == [json.dumps(tagger.tag(BOTH).themes), "[]"]
        assert found["scores"]["shape"] == [2, 2]
    assert set(found) == {"themes", "review", "scores"}
    asked = {"inputs": [text(BOTH)], "parameters": {"evidence": True, "timeout": 5}}
    assert json.loads(outputs(client.post(URL, json=asked))["evidence"]["data"][0])


@pytest.mark.parametrize(
    ("body", "type", "place"),
    [
        ({}, "invalid-request", "/inputs"),
        ({"inputs": []}, "invalid-request", "/inputs"),
        ({"inputs": [text("x"), text("y")]}, "invalid-request", "/inputs"),
        ({"inputs": [text("x", datatype="FP32")]}, "invalid-request", "/inputs/0/datatype"),
        ({"inputs": [text("x", name="image")]}, "invalid-request", "/inputs/0/name"),
        ({"inputs": [text("x", shape=[2])]}, "invalid-request", "/inputs/0/shape"),
        ({"inputs": [text("x", shape=[1, 1, 1])]}, "invalid-request", "/inputs/0/shape"),
        ({"inputs": [text("x", data=None)]}, "invalid-request", "/inputs/0"),
        ({"inputs": [text("x", parameters={"binary_data_size": 5})]}, "invalid-request", "/inputs/0"),
        ({"inputs": [text("x")], "outputs": [{"name": "logits"}]}, "invalid-request", "/outputs/0/name"),
        ({"inputs": [text("x", " ")]}, "paragraph-empty", "/inputs/0/data/1"),
        ({"inputs": [text("长" * 101)]}, "paragraph-too-long", "/inputs/0/data/0"),
        ({"inputs": [text(*"12345")]}, "too-many-paragraphs", "/inputs/0/shape"),
        ({"inputs": [text("x")], "parameters": {"themes": "grene"}}, "unknown-theme", "themes"),
        ({"inputs": [text("x")], "parameters": {"thresholds": 5}}, "invalid-request", "thresholds"),
    ],
)
def test_a_mistake_is_a_problem_and_an_error_of_the_protocol(client, body, type, place):
    """One body for both: `error` says what `detail` says, and pointer or parameter lead to the place."""
    answer = client.post(URL, json=body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    assert answer.json["type"] == f"urn:themetag:{type}"
    assert answer.json["error"] == answer.json["detail"]
    assert answer.json.get("pointer", answer.json.get("parameter")) == place


def binary(tail, size=None, header=None):
    """A request with bytes behind its JSON."""
    made = text("x", parameters={"binary_data_size": len(tail) if size is None else size})
    head = json.dumps({"inputs": [made | {"data": None}]}).encode()
    return {"data": head + tail, "headers": {"Inference-Header-Content-Length": header or str(len(head))}}


def element(data):
    return struct.pack("<I", len(data)) + data


@pytest.mark.parametrize(
    ("call", "type"),
    [
        (binary(element(b"\xff")), "paragraph-not-text"),
        (binary(element(b"\0")), "paragraph-not-text"),
        (binary(b"\1\0"), "invalid-request"),
        (binary(struct.pack("<I", 2**32 - 1) + b"x"), "invalid-request"),
        (binary(element(b"x"), size=4), "invalid-request"),
        (binary(element(b"x"), size="many"), "invalid-request"),
        (binary(element(b"x"), header="9999"), "invalid-request"),
        (binary(element(b"x"), header="-1"), "invalid-request"),
        (binary(element(b"x"), header="1"), "not-json"),
        ({"data": b"x" * 5000}, "body-too-large"),
    ],
)
def test_broken_bytes_are_told(client, call, type):
    """Neither a length nor an element nor the header is taken on trust."""
    answer = client.post(URL, **call)
    assert answer.json["type"] == f"urn:themetag:{type}"
    assert answer.json["error"]


def test_another_version_or_model_is_not_found(client):
    """The version that there is stands in the answer, and `error` on every route below /v2."""
    answer = client.get("/v2/models/themetag/versions/9")
    assert (answer.status_code, answer.json["type"]) == (404, "urn:themetag:unknown-version")
    assert "1.2.3+" in answer.json["error"]
    assert client.get("/v2/models/another").json["error"]
    assert "error" not in client.get("/v1/nothing").json
