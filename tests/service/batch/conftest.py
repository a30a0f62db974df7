"""An archive with something of everything, and the command to tag it."""

import json

import pytest
from click.testing import CliRunner

from service.cli import main

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PENSION = "大厅里老人领取企业年金。"
PLAIN = "分行召开会议，部署对公存款工作。"


@pytest.fixture
def run(tiny_folder, monkeypatch, tmp_path):
    """Runs `themetag tag` quietly with the tiny bundle and one process, in a folder of its own."""
    monkeypatch.setenv("THEMETAG_BUNDLE", str(tiny_folder))
    monkeypatch.chdir(tmp_path)

    def tag(*arguments, **options):
        return CliRunner().invoke(main, ["tag", "--quiet", "--jobs", "1", *arguments], **options)

    return tag


@pytest.fixture
def archive(tmp_path):
    """Writes a JSONL file of so many rows."""

    def write(name="in.jsonl", rows=300):
        lines = [
            json.dumps({"id": f"r{n}", "text": (BOTH, PENSION, PLAIN)[n % 3] + str(n), "year": n}, ensure_ascii=False)
            for n in range(rows)
        ]
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
        return tmp_path / name

    return write


def rows_of(path):
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
