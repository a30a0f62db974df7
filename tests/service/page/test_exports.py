"""What a reader takes along."""

import csv
import io
import json
import shutil
import subprocess

import pytest

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
QUOTED = '=1+1，他说："it\'s 年金"，$HOME `x` \\n'
PLAIN = "分行召开会议，部署对公存款工作。"


@pytest.fixture
def tagged(page):
    """The page with three paragraphs tagged, one of them with what shells and tables take for their own."""
    page.paste(f"{BOTH}\n{QUOTED}\n{PLAIN}")
    return page


def copied(page, way):
    """What the button puts on the clipboard."""
    script = "window.copied = null; navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    page.run(script)
    page.one(f"[data-export={way}]").click()
    return page.until(lambda: page.run("return window.copied"))


def test_json_is_what_the_reader_sees(tagged, tagger):
    """Model, thresholds in use, and the tagger's tags of each paragraph."""
    value = json.loads(copied(tagged, "json"))
    assert value["model"] == {"version": tagger.version, "digest": tagger.digest}
    assert value["thresholds"] == {theme.key: theme.threshold for theme in tagger.themes}
    first = value["paragraphs"][0]
    expected = tagger.tag(BOTH, evidence=True).as_dict()
    assert {name: first[name] for name in ("text", "scores", "evidence")} == {
        "text": BOTH,
        "scores": expected["scores"],
        "evidence": expected["evidence"],
    }
    assert first["themes"] == sorted(expected["themes"])
    assert "已复制 3 段" in tagged.text("#copied")


def test_copies_follow_thresholds_and_filters(tagged):
    """Only what is shown is taken along, decided as it is shown."""
    tagged.set_threshold("pension", 0.0)
    tagged.one(".filter[data-theme=harvest]").click()
    tagged.until(lambda: len(tagged.shown()) == 1)
    value = json.loads(copied(tagged, "json"))
    assert value["thresholds"]["pension"] == 0
    assert [paragraph["text"] for paragraph in value["paragraphs"]] == [BOTH]


def test_csv_has_a_row_a_paragraph(tagged, tagger):
    """Text as it was, a column a theme, and the model in each row."""
    rows = list(csv.DictReader(io.StringIO(copied(tagged, "csv"), newline="")))
    assert [row["text"] for row in rows] == [BOTH, QUOTED, PLAIN]
    assert rows[0]["themes"] == "harvest;pension"
    assert float(rows[0]["pension"]) == tagger.tag(BOTH).scores["pension"]
    assert {row["model_digest"] for row in rows} == {tagger.digest}


def test_the_file_for_excel_is_read_by_excel(tagged, tmp_path):
    """It begins with the mark that says UTF-8, and what would be a formula is text."""
    where = {"behavior": "allow", "downloadPath": str(tmp_path)}
    tagged.browser.execute_cdp_cmd("Browser.setDownloadBehavior", where)
    tagged.one("[data-export=excel]").click()
    path = tmp_path / "themetag.csv"
    tagged.until(path.exists)
    text = path.read_bytes().decode("utf-8")
    assert text[0] == "\ufeff"
    assert next(row for row in csv.reader(io.StringIO(text[1:], newline="")) if row[0] == "2")[2] == f"'{QUOTED}"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_curl_command_is_the_same_call(tagged, tagger):
    """Run by a shell, it gives the same answer, whatever the text holds; the model's digest stands in it."""
    command = copied(tagged, "curl")
    assert tagger.digest in command
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["model"]["digest"] == tagger.digest
    assert [one["scores"] for one in answer["paragraphs"]] == [
        tagger.tag(text).scores for text in (BOTH, QUOTED, PLAIN)
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_a_documents_curl_command_is_the_same_call(page, tmp_path):
    """It sends the file by its name, however that is written."""
    path = tmp_path / 'it\'s "news" 1.txt'
    path.write_text(f"{BOTH}\n\n{PLAIN}\n", "utf-8")
    page.upload(path)
    done = subprocess.run(["sh", "-c", copied(page, "curl")], capture_output=True, check=True, cwd=tmp_path)
    assert [one["text"] for one in json.loads(done.stdout)["paragraphs"]] == [BOTH, PLAIN]


def test_copying_works_without_the_clipboard_interface(tagged, tagger):
    """As on a service reached without https."""
    tagged.run("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    tagged.run("document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    tagged.one("[data-export=json]").click()
    tagged.until(lambda: "已复制" in tagged.text("#copied"))
    assert json.loads(tagged.run("return window.copied"))["model"]["digest"] == tagger.digest


def test_the_readers_thresholds_stand_in_the_curl_command(tagged, page, tmp_path):
    """In the body of a call with text, and as a field of a document's form."""
    tagged.set_threshold("pension", 0.25)
    assert '"thresholds":{"pension":0.25}' in copied(tagged, "curl")
    path = tmp_path / "news.txt"
    path.write_text(f"{BOTH}\n\n{PLAIN}\n", "utf-8")
    page.upload(path)
    assert "-F 'thresholds=pension:0.25'" in copied(page, "curl")
