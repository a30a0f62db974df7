"""Text and documents in, themes and evidence to read."""

import json
import threading
from itertools import cycle
from pathlib import Path

import pytest
from flask import Response
from selenium.webdriver import ActionChains, Keys

SAMPLES = Path(__file__).parents[3] / "seeds" / "documents"
BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PENSION = "村民领取企业年金，开立个人养老金账户。"
PLAIN = "分行召开会议，部署对公存款工作。"


def problem(status, type, detail, **headers):
    body = {"type": f"urn:themetag:{type}", "title": type, "status": status, "detail": detail}
    return Response(json.dumps(body), status, headers, content_type="application/problem+json")


def test_pasted_text_is_tagged(page, tagger):
    """Each line is a paragraph, with the very themes of the tagger; empty lines are none."""
    page.paste(f"{BOTH}\n\n　　{PLAIN}\r\n{PENSION}\n")
    assert page.themes() == [sorted(tagger.tag(text).themes) for text in (BOTH, PLAIN, PENSION)]
    assert "无主题" in page.shown()[1].text
    assert page.text("#digest") == tagger.digest


def test_a_text_may_stay_one(page):
    """With the box unticked, lines do not part it."""
    page.one("#split").click()
    page.paste(f"{BOTH}\n{PLAIN}")
    assert len(page.shown()) == 1


def test_many_paragraphs_are_sent_within_the_limits(page, site):
    """Thirteen paragraphs, six a call: three calls, one list."""
    page.paste("\n".join([BOTH, *[PLAIN, PENSION] * 6]))
    page.until(lambda: len(page.shown()) == 13)
    assert site.calls.count("POST /v1/tag") == 3


def test_chips_name_the_theme_and_its_probability(page, tagger):
    """In the reader's language, the likeliest first."""
    page.paste(PENSION)
    score = tagger.tag(PENSION).scores["pension"]
    said = ">99%" if score > 0.99 else f"{round(score * 100)}%"
    assert page.text(".chip.yes").split() == ["养老金融", said]


def test_evidence_is_marked_in_place(page, tagger):
    """Marks lie where the tagger says, behind characters outside the basic plane too, and the text is whole."""
    text = f"😀𠮷 {PENSION}"
    page.paste(text)
    page.until(lambda: page.all("mark"))
    script = "return [...document.querySelector('.text').childNodes].map((node) => [node.textContent, node.nodeName])"
    drawn = page.run(script)
    assert "".join(piece for piece, _ in drawn) == text
    marked = [name == "MARK" for piece, name in drawn for _ in piece]
    strongest = tagger.tag(text, evidence=True).evidence[0]
    assert strongest.weight > 0
    assert all(marked[strongest.start : strongest.end])
    assert not any(marked[:3])


def test_a_word_pointed_at_shows_its_weight(page, tagger):
    """With its theme, as the tagger gives it."""
    page.paste(PENSION)
    page.until(lambda: page.all("mark"))
    deepest = max(page.all("mark"), key=lambda mark: int(mark.get_attribute("data-depth")))
    ActionChains(page.browser).move_to_element(deepest).perform()
    shown = page.text("#tip").split("\n")
    assert shown[0] == "养老金融"
    weights = {f"+{item.weight:.2f}" for item in tagger.tag(PENSION, evidence=True).evidence}
    assert weights & set(shown)


def test_overlapping_spans_are_cut_into_pieces(page):
    """A piece has all the evidence that covers it, and pieces make up the text."""
    evidence = [{"start": 0, "end": 3}, {"start": 1, "end": 2}, {"start": 2, "end": 5}]
    made = page.load("evidence.js", f"it.pieces('a😀cdef', {json.dumps(evidence)})")
    assert [(piece["text"], len(piece["covering"])) for piece in made] == [
        ("a", 1),
        ("😀", 2),
        ("c", 2),
        ("de", 1),
        ("f", 0),
    ]


def test_marks_are_walked_by_arrows(page):
    """A paragraph's marks are one stop of the tabulator; arrows move on, the weight shows, Escape hides it."""
    page.paste(PENSION)
    page.until(lambda: len(page.all("mark")) > 1)
    assert len(page.all("mark[tabindex='0']")) == 1
    page.one("mark[tabindex='0']").send_keys(Keys.ARROW_RIGHT)
    assert page.browser.switch_to.active_element == page.all("mark")[1]
    assert page.one("#tip").is_displayed()
    assert page.all("mark")[1].get_attribute("aria-describedby") == "tip"
    page.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not page.one("#tip").is_displayed()


def test_a_chip_shows_the_words_of_one_theme(page):
    """Pressed, only its words are marked; pressed again, all are."""
    page.paste(BOTH)
    page.until(lambda: page.all("mark[data-theme=harvest]"))
    page.one(".chip[data-theme=pension]").click()
    page.until(lambda: not page.all("mark[data-theme=harvest]"))
    assert page.one(".chip[data-theme=pension]").get_attribute("aria-pressed") == "true"
    page.one(".chip[data-theme=pension]").click()
    page.until(lambda: page.all("mark[data-theme=harvest]"))


def test_a_bad_paragraph_is_told_in_its_place(page):
    """The others are tagged."""
    page.paste(f"{'长' * 201}\n{PENSION}")
    bad, good = page.shown()
    assert "这一段太长" in bad.text
    assert "201 characters" in bad.text
    assert "养老金融" in good.text


def test_a_document_is_read_with_its_kinds(page, tmp_path):
    """Titles and captions stand quietly between the tagged bodies; the file is named."""
    path = tmp_path / "news.txt"
    path.write_text(f"丰收时节\n\n{BOTH}\n\n{PLAIN}\n", "utf-8")
    page.upload(path)
    assert [item.get_attribute("data-kind") for item in page.shown()] == ["title", "body", "body"]
    assert page.themes() == [[], ["harvest", "pension"], []]
    page.until(lambda: page.all("mark"))


def test_a_document_may_be_dropped(page):
    """Anywhere on the page."""
    drop = """const data = new DataTransfer(); data.items.add(new File([arguments[0]], "dropped.txt"));
        for (const name of ["dragover", "drop"])
          document.body.dispatchEvent(new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true}));"""
    page.run(drop, f"{BOTH}\n\n{PLAIN}\n")
    page.until(lambda: page.text("#source") == "dropped.txt")


def test_several_articles_are_told_apart(page):
    """A newspaper page says where the next article begins."""
    page.upload(SAMPLES / "newspaper.txt")
    page.until(lambda: [item.text for item in page.all(".article")] == ["第 2 篇"])


def test_too_large_a_document_is_not_sent(page, site, tmp_path):
    """The page says so itself, with the limit."""
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 20_001)
    page.upload(path)
    assert page.text("#problem") == "文档 large.txt 超过 0.019 MB，无法读取。"
    assert "POST /v1/documents" not in site.calls


def test_an_unreadable_document_is_told_in_a_sentence(page, tmp_path):
    """In the reader's language, with what the service says of the file; what was there stays."""
    page.paste(PENSION)
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 broken")
    page.one("#file").send_keys(str(path))
    page.until(lambda: "这份文档已损坏，无法读取。 broken.pdf: " in page.text("#problem"))
    assert page.one("#problem").get_attribute("role") == "alert"
    assert page.themes() == [["pension"]]


def test_nothing_to_tag_is_told(page):
    """White space is no text."""
    page.run("document.getElementById('text').value = ' \\n　'")
    page.one("#go").click()
    page.until(lambda: page.text("#problem") == "请先输入文字。")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda: problem(500, "internal-error", "the service failed"), "服务出错了"),
        (lambda: problem(400, "never-heard-of", "so and so"), "服务没有完成这个请求。 so and so"),
        (lambda: Response("<h1>Bad gateway</h1>", 502), "服务的回答无法读取"),
    ],
)
def test_a_failing_service_is_told_in_a_sentence(page, site, answer, sentence):
    """Whatever it answers, of this project or of something before it."""
    site.instead["/v1/tag"] = answer
    page.run("document.getElementById('text').value = arguments[0]", BOTH)
    page.one("#go").click()
    page.until(lambda: sentence in page.text("#problem"))


def test_what_is_tagged_stays_when_the_service_fails(page, site):
    """The first call's paragraphs are there, the rest say that they are not tagged."""
    answers = iter([None, problem(500, "internal-error", "the service failed")])
    site.instead["/v1/tag"] = lambda: next(answers)
    page.paste("\n".join([PENSION] * 7))
    assert page.themes() == [["pension"]] * 6 + [[]]
    assert "这一段没有标注" in page.shown()[6].text
    assert "已停止：6 / 7" in page.text("#status")


def test_no_network_is_told_in_a_sentence(page):
    """And the page works on when it is back."""
    offline = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **offline})
    page.run("document.getElementById('text').value = arguments[0]", PENSION)
    page.one("#go").click()
    page.until(lambda: "连不上服务" in page.text("#problem"))
    page.browser.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **offline})
    page.paste(PENSION)
    assert page.themes() == [["pension"]]
    assert not page.text("#problem")


def test_a_busy_service_is_asked_again(page, site):
    """A 503 with Retry-After is waited out."""
    answers = iter([problem(503, "overloaded", "busy", **{"Retry-After": "1"}), None])
    site.instead["/v1/tag"] = lambda: next(answers)
    page.paste(PENSION)
    assert page.themes() == [["pension"]]


def test_a_key_is_asked_for_only_where_one_is_needed(page, site):
    """A 401 brings the field; the key goes along from then on, and is kept for the session only."""
    from flask import request

    def guard():
        if request.headers.get("Authorization") == "Bearer geheim":
            return None
        return problem(401, "unauthorized", "the call has no valid key")

    assert not page.one("#key").is_displayed()
    site.instead["/v1/tag"] = guard
    page.run("document.getElementById('text').value = arguments[0]", PENSION)
    page.one("#go").click()
    page.until(lambda: page.one("#key").is_displayed())
    page.one("#secret").send_keys("falsch", Keys.ENTER)
    page.until(lambda: "没有接受这个密钥" in page.text("#problem"))
    page.one("#secret").send_keys("geheim", Keys.ENTER)
    page.until(lambda: page.themes() == [["pension"]])
    assert page.run("return [sessionStorage.length, localStorage.length]") == [1, 0]
    page.open().paste(PENSION)
    assert not page.one("#key").is_displayed()


def of_another_model():
    body = {"model": {"version": "9.9.9", "digest": "f" * 64}, "paragraphs": []}
    return Response(json.dumps(body), mimetype="application/json")


def test_a_result_is_of_one_model(page, site):
    """When the model changes between two calls, the page learns of the new one and tags all of it again."""
    answers = iter([None, of_another_model()])
    site.instead["/v1/tag"] = lambda: next(answers, None)
    page.paste("\n".join([PENSION] * 7))
    page.until(lambda: page.text("#status") == "标注完成：7 段正文。")
    assert site.calls.count("GET /v1/themes") == 2
    assert page.themes() == [["pension"]] * 7


def test_models_that_take_turns_are_told(page, site):
    """The page does not try for ever."""
    turns = cycle([None, of_another_model])
    site.instead["/v1/tag"] = lambda: (turn := next(turns)) and turn()
    page.paste("\n".join([PENSION] * 7))
    page.until(lambda: "服务已换上新的模型" in page.text("#problem"))


def test_work_is_stopped_by_its_button(page, site):
    """What is tagged by then stays."""
    released = threading.Event()
    waits = iter([0, 10])

    def late():
        released.wait(next(waits))

    site.instead["/v1/tag"] = late
    page.run("document.getElementById('text').value = arguments[0]", "\n".join([PENSION] * 7))
    page.one("#go").click()
    page.until(lambda: "已标注 6 / 7 段" in page.text("#status"))
    assert page.text("#go") == "停止"
    page.one("#go").click()
    page.until(lambda: "已停止：6 / 7" in page.text("#status"))
    released.set()
    assert not page.text("#problem")
    assert page.themes()[0] == ["pension"]
