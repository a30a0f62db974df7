"""The command line: what it writes, what it says, how it ends."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"


@pytest.fixture
def run(tiny_folder, monkeypatch, tmp_path):
    """Runs the command with the tiny bundle, in a folder of its own."""
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: CliRunner().invoke(main, list(arguments), **options)


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_tags_a_file_into_a_file(run, tmp_path, tagger):
    """A row is the input's and its tags; the first one names the model; the end tells what came of it."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": BOTH}) + "\n\n" + json.dumps(BOTH), "utf-8")
    done = run("tag", "in.jsonl", "-o", "out.jsonl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.startswith("rows                         2\ntagged                       2\n")
    first, second = rows((tmp_path / "out.jsonl").read_text("utf-8"))
    assert first.pop("model") == {"version": tagger.version, "digest": tagger.digest}
    assert first == {"id": "a", "text": BOTH, **tagger.tag(BOTH).as_dict()}
    assert second == {"id": 1, "text": BOTH, **tagger.tag(BOTH).as_dict()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_streams_from_standard_input_to_standard_output(run):
    """`-` reads what is piped in, and without -o the rows are printed."""
    done = run("tag", "-", "--evidence", "--themes", "pension", input='\ufeff"领取企业年金"\n')
    assert rows(done.stdout)[0]["themes"] == ["pension"]
    assert {found["theme"] for found in rows(done.stdout)[0]["evidence"]} == {"pension"}


def test_threshold_of_the_call_decides(run):
    """--threshold may be given for each theme."""
    done = run("tag", "-", "--threshold", "pension=0", "--threshold", "harvest=0", input='"天气"\n')
    assert rows(done.stdout)[0]["themes"] == ["harvest", "pension"]


def test_broken_lines_carry_errors_and_the_rest_is_done(run, tmp_path):
    """Not JSON, no text, another encoding: each line is named, the good ones are tagged, the exit code is 1."""
    good = json.dumps({"id": "good", "text": BOTH}).encode()
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([good, b"{", b'{"id": "x"}', "“绿”".encode("gb18030"), good]))
    done = run("tag", "in.jsonl", "-o", "out.jsonl")
    assert done.exit_code == 1
    written = rows((tmp_path / "out.jsonl").read_text("utf-8"))
    assert ["error" in row for row in written] == [False, True, True, True, False]
    assert [row["id"] for row in written] == ["good", 1, "x", 3, "good"]
    assert "in.jsonl: line 2: the line is not JSON" in done.stderr
    assert "in.jsonl: line 4: the line is not UTF-8" in done.stderr
    assert "3 of the rows could not be tagged" in done.stderr


def test_output_that_cannot_be_written_is_told(run, tmp_path):
    """A sentence with the path, no traceback."""
    (tmp_path / "in.jsonl").write_text('"x"\n', "utf-8")
    done = run("tag", "in.jsonl", "-o", "no/such/folder.jsonl")
    assert done.exit_code == 1
    assert done.stderr == "Error: no/such/folder.jsonl: no such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["tag", "missing.jsonl"], "missing.jsonl: there is no file to tag", 1),
        (["tag", "-", "--threshold", "pension"], "'pension' is not KEY=P with P from 0 to 1", 2),
        (["tag", "-", "--threshold", "pension=2"], "'pension=2' is not KEY=P with P from 0 to 1", 2),
        (["tag", "-", "--themes", "grene"], "unknown theme 'grene'; the themes are harvest, pension", 1),
        (["tag", "-", "--threshold", "pension=0.1", "--threshold", "pension=0.2"], "'pension' has two thresholds", 2),
        (["tag", "-", "--themes", ""], "unknown theme ''", 1),
        (["tag", "a.log"], "'a.log' is none of .csv, .docx, .gz, .htm, .html, .json, .jsonl, ", 1),
        (["tag", "same.jsonl", "-o", "./same.jsonl"], "'./same.jsonl' is the input: it would be replaced", 1),
        (["tag", "-", "--bundle", "nowhere"], "no bundle in nowhere: train one with `make model`", 1),
        (["themes", "--bundle", "nowhere"], "no bundle in nowhere", 1),
        (["serve", "--bundle", "nowhere", "--port", "0"], "no bundle in nowhere", 1),
        (["serve", "--host", "256.1.1.1"], "cannot serve on 256.1.1.1:8000", 1),
        (["serve", "--port", "70000"], "--port='70000': allowed is a whole number from 0 to 65535", 1),
        (["train", "--seeds", "nowhere"], "no *.toml file in nowhere/themes", 1),
        (["evaluate", "nothing.jsonl"], "'nothing.jsonl' does not exist", 2),
        (["tga"], "No such command 'tga'", 2),
    ],
)
def test_a_mistake_ends_in_a_sentence(run, arguments, message, code):
    """What is wrong and with what, exit code 2 for misuse and 1 for the rest, never a traceback."""
    for name in ("a.log", "same.jsonl"):
        Path(name).write_text("x", "utf-8")
    done = run(*arguments)
    assert message in done.stderr
    assert done.exit_code == code
    assert "Traceback" not in done.output


def test_trains_a_users_own_themes(run, seeds_copy, tmp_path):
    """Any folder laid out as seeds/ becomes a bundle that tags."""
    done = run("train", "--seeds", str(seeds_copy), "-o", "mine", "--pipeline", "mine.joblib")
    assert done.exit_code == 0, done.output
    listed = run("themes", "--bundle", "mine").stdout
    assert "pension" in listed
    assert "养老金融" in listed
    assert (tmp_path / "mine.joblib").stat().st_size > 0


def test_adds_the_themes_of_further_folders(run, seeds_copy, tmp_path):
    """One more --seeds adds its theme, from terms alone, and says that nothing was measured; given twice it is told."""
    (tmp_path / "more" / "themes").mkdir(parents=True)
    theme = 'key = "grain"\nname_zh = "粮食"\nname_en = "Grain"\nterms = ["小麦", "玉米", "丰收", "收成", "亩产"]'
    (tmp_path / "more" / "themes" / "grain.toml").write_text(theme, "utf-8")
    done = run("train", "--seeds", str(seeds_copy), "--seeds", "more", "-o", "mine")
    assert done.exit_code == 0, done.output
    assert "added grain: weak: learnt from terms, not measured" in done.stderr
    assert "粮食" in run("themes", "--bundle", "mine").stdout
    done = run("train", "--seeds", str(seeds_copy), "--seeds", "more", "--seeds", "more", "-o", "mine")
    assert "more/themes/grain.toml:1: theme 'grain' is defined in more/themes/grain.toml already" in done.stderr


def test_training_overwrites_nothing_but_bundles(run, seeds_copy, tmp_path):
    """A folder or a file of the user's own is left alone, before any work is done."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("kept", "utf-8")
    for target in ("mine", "mine/thesis.txt"):
        done = run("train", "--seeds", str(seeds_copy), "-o", target)
        assert done.exit_code == 1
        assert f"Error: {target} is there and is no bundle" in done.stderr
    assert (tmp_path / "mine" / "thesis.txt").read_text("utf-8") == "kept"


def test_a_pipe_is_written_to_and_not_replaced(run, tmp_path):
    """An output that is no file takes the rows itself."""
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as threads:
        read = threads.submit((tmp_path / "pipe").read_text, "utf-8")
        assert run("tag", "-", "-o", "pipe", input='"领取企业年金"\n').exit_code == 0
        assert rows(read.result(20))[0]["themes"] == ["pension"]


def test_numbers_that_json_does_not_have_are_refused(run):
    """NaN and infinity never reach an answer."""
    done = run("tag", "-", input='{"id": NaN, "text": "x"}\n{"id": 1e400, "text": "x"}\n')
    assert [row["error"]["detail"] for row in rows(done.stdout)] == [
        "the line holds a number that is no JSON number or too long"
    ] * 2


def test_every_problem_of_the_seeds_is_printed(run, seeds_copy):
    """All bad lines come at once, with their places."""
    with (seeds_copy / "paragraphs" / "bank.jsonl").open("a", encoding="utf-8") as file:
        file.write("{\n[]\n")
    done = run("train", "--seeds", str(seeds_copy), "-o", "mine")
    assert "2 problems in labelled text or themes:\nparagraphs/bank.jsonl:15: is not JSON" in done.stderr
    assert "paragraphs/bank.jsonl:16: " in done.stderr
    assert done.exit_code == 1


def test_evaluate_prints_the_figures(run, tmp_path):
    """A labelled file gives the table, with the bundle it is about."""
    (tmp_path / "gold.jsonl").write_text(json.dumps({"text": BOTH, "themes": ["pension", "harvest"]}), "utf-8")
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "a.jsonl").write_text(json.dumps({"pair": "a", "text": BOTH, "themes": []}), "utf-8")
    done = run("evaluate", "gold.jsonl", "--contrast", "sets")
    assert done.stdout.startswith("bundle 1.2.3+")
    assert "macro F1 1.0000" in done.stdout
    assert "contrast sets wholly right: 0 of 1 (0.000)" in done.stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(run, command):
    """--help has a sentence for the command and for each of its options."""
    assert main.commands[command].help
    assert all(option.help for option in main.commands[command].params if option.param_type_name == "option")
    assert run(command, "--help").exit_code == 0
