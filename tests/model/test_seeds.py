"""The seeds are checked: every problem with its file and line, all at once."""

import json
import re
from pathlib import Path

import pytest

from model.errors import SeedsError
from model.labelled import MAX_CHARACTERS
from model.seeds import load_seeds

ROOT = Path(__file__).parents[2]
FIRST = "支行大堂里,五十岁的罗师傅开立了个人养老金账户,当场缴存三千元"  # but for its marks the first row
NAMES = 'name_zh = "养"\nname_en = "P"'


def spoil(path, number, line):
    """Replace line `number` (from 1) of a file; one past the end appends."""
    lines = path.read_text("utf-8").splitlines()
    lines[number - 1 : number] = [line]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def row(text="新的一段没有重复的文字在这里", themes=()):
    return json.dumps({"text": text, "themes": list(themes)}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", r"bank\.jsonl:2: is not JSON: "),
        ("[1]", r"bank\.jsonl:2: Input should be an object"),
        ('{"themes": []}', r"bank\.jsonl:2: text: Field required"),
        ('{"text": 5, "themes": []}', r"bank\.jsonl:2: text: Input should be a valid string"),
        ('{"text": "有文字", "themes": "pension"}', r"bank\.jsonl:2: themes: Input should be a valid array"),
        (row(themes=["pensoin"]), r"bank\.jsonl:2: unknown theme 'pensoin'; the themes are harvest, pension"),
        (row(themes=["pension", "pension"]), r"bank\.jsonl:2: a theme is named twice"),
        (row(text=" \u3000"), r"bank\.jsonl:2: text is empty"),
        (row(text="长" * (MAX_CHARACTERS + 1)), rf"bank\.jsonl:2: text has {MAX_CHARACTERS + 1} characters"),
        (row(text=FIRST), r"bank\.jsonl:2: the same text as paragraphs/bank\.jsonl:1, with other themes"),
        (row(text="营业部" + FIRST[2:]), r"bank\.jsonl:2: nearly the same text as paragraphs/bank\.jsonl:1"),
    ],
)
def test_a_bad_row_is_told_with_file_and_line(seeds_copy, line, message):
    """Whatever is wrong with a row, the message names the row."""
    spoil(seeds_copy / "paragraphs" / "bank.jsonl", 2, line)
    with pytest.raises(SeedsError, match=message):
        load_seeds(seeds_copy)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("key = ,", r"themes/pension\.toml:1: is not TOML"),
        (f'key = "Pension"\n{NAMES}', r"themes/pension\.toml:1: key: "),
        (f'key = "other"\n{NAMES}', r"themes/pension\.toml:1: key 'other' differs from the file's name"),
        ('key = "pension"\nname_zh = "养"', r"themes/pension\.toml: name_en: Field required"),
        (f'key = "pension"\n{NAMES}\ncolour = "red"', r"themes/pension\.toml:4: colour: "),
        (f'key = "pension"\n{NAMES}\ncolor = "red"', r"themes/pension\.toml:4: color: "),
        (f'key = "pension"\n{NAMES}\nterms = ["年金", "年金"]', r"themes/pension\.toml:4: term '年金' stands twice"),
    ],
)
def test_a_bad_theme_is_told_with_file_and_line(seeds_copy, source, message):
    """Whatever is wrong with a theme's file, the message names the file and, where there is one, the line."""
    (seeds_copy / "themes" / "pension.toml").write_text(source, "utf-8")
    with pytest.raises(SeedsError, match=message):
        load_seeds(seeds_copy)


def test_prose_of_several_lines_becomes_one(seeds_copy):
    """Between Chinese lines nothing is put, between others a blank."""
    path = seeds_copy / "themes" / "pension.toml"
    path.write_text(
        path.read_text("utf-8").replace('"为养老而存的钱。"', '"""\n存钱，\n养老。\nIn two\nlines.\n"""'), "utf-8"
    )
    themes = {theme.key: theme for theme in load_seeds(seeds_copy).themes}
    assert themes["pension"].definition == "存钱，养老。In two lines."


def test_all_problems_are_told_at_once(seeds_copy):
    """One run shows what is wrong in every file."""
    spoil(seeds_copy / "paragraphs" / "bank.jsonl", 3, "{}")
    spoil(seeds_copy / "paragraphs" / "news.jsonl", 5, "nonsense")
    (seeds_copy / "themes" / "harvest.toml").write_text("= 1", "utf-8")
    with pytest.raises(SeedsError) as caught:
        load_seeds(seeds_copy)
    places = {(problem.file, problem.line) for problem in caught.value.problems}
    assert {("paragraphs/bank.jsonl", 3), ("paragraphs/news.jsonl", 5), ("themes/harvest.toml", 1)} <= places


def test_a_theme_with_too_few_rows_is_told(seeds_copy):
    """A theme that stands on fewer rows than folds cannot be trained."""
    (seeds_copy / "themes" / "rare.toml").write_text('key = "rare"\nname_zh = "少"\nname_en = "Rare"', "utf-8")
    with pytest.raises(SeedsError, match=re.escape("themes/rare.toml: theme 'rare' has 0 labelled paragraphs")):
        load_seeds(seeds_copy)


def test_empty_folder_says_what_is_missing(tmp_path):
    """A folder without seeds is told what should be there."""
    with pytest.raises(SeedsError, match=r"(?s)no \*\.jsonl file in .*no \*\.toml file in "):
        load_seeds(tmp_path)


def test_file_of_another_encoding_is_told(seeds_copy):
    """A GB18030 file is named, not guessed at."""
    (seeds_copy / "paragraphs" / "bank.jsonl").write_bytes(row().encode("gb18030"))
    with pytest.raises(SeedsError, match=r"paragraphs/bank\.jsonl: is not UTF-8 text"):
        load_seeds(seeds_copy)


def test_digest_changes_with_any_file(seeds_copy):
    """Seeds that differ in a row or a term have another digest."""
    before = load_seeds(seeds_copy).digest
    spoil(seeds_copy / "paragraphs" / "bank.jsonl", 15, row())
    assert load_seeds(seeds_copy).digest != before


def test_the_shipped_seeds_are_sound():
    """They pass their own checks and hold what the data card says at the least."""
    seeds = load_seeds(ROOT / "seeds")
    assert {theme.key for theme in seeds.themes} == {"green", "inclusive", "tech_finance", "anti_fraud", "charity"}
    assert all(
        len(theme.terms) >= 150 and theme.pairs and theme.definition and theme.excludes for theme in seeds.themes
    )
    assert len({paragraph.register for paragraph in seeds.paragraphs}) >= 8


def test_a_theme_that_stands_everywhere_is_told(tmp_path):
    """What a theme is not cannot be learnt from nothing."""
    (tmp_path / "themes").mkdir()
    (tmp_path / "paragraphs").mkdir()
    (tmp_path / "themes" / "pension.toml").write_text(f'key = "pension"\n{NAMES}\n', "utf-8")
    texts = ["企业年金缴费", "养老金按月领取", "补充养老计划", "退休准备讲座", "个人账户查询", "职业年金转移"]
    rows = [row(text, ["pension"]) for text in texts]
    (tmp_path / "paragraphs" / "bank.jsonl").write_text("\n".join(rows), "utf-8")
    with pytest.raises(SeedsError, match=r"pension\.toml: theme 'pension' stands in all paragraphs but 0, at least 5"):
        load_seeds(tmp_path)
