"""The report of a batch run: what it counts, what it shows, and that it stays one safe and small page."""

import datetime as dt
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.batch.report import dates, write_report
from service.batch.report.charts import make_timeline
from service.batch.report.dates import choose_periods, read_month
from service.batch.report.examples import LONGEST, Shelf, make_example
from service.batch.report.rows import read_row
from service.batch.report.tally import MOST_KINDS, SHOWN, DateTally, Tally
from service.batch.report.words import KEPT, STRONGEST, WordSums

MODEL = {"version": "1.2.3+abc", "digest": "d" * 64}
MARCH = 2024 * 12 + 2
TEXT = "网点为老人开立个人养老金账户，讲解缴存办法。"


def row(*themes, review=(), id=1, pension=None, **columns):
    """An output row with these themes."""
    scores = {"harvest": 0.9 if "harvest" in themes else 0.1, "pension": 0.8 if "pension" in themes else 0.2}
    if pension is not None:
        scores["pension"] = pension
    return {"id": id, "themes": list(themes), "review": list(review), "scores": scores, **columns}


def piece(text, weight, start=0, theme="pension"):
    return {"theme": theme, "start": start, "end": start + len(text), "text": text, "weight": weight}


def failed(type="urn:themetag:paragraph-empty", detail="the paragraph has no text", id=1, **columns):
    return {"id": id, "error": {"type": type, "detail": detail}, **columns}


@pytest.fixture
def report(tagger, tmp_path):
    """Writes a report on rows and gives its text."""

    def write(rows, date_column=None, source="news.jsonl"):
        target = tmp_path / "report.html"
        write_report(target, iter(rows), tagger.themes, MODEL, date_column, source)
        return target.read_text("utf-8")

    return write


def tally_of(rows, date_column=None):
    tally = Tally(["harvest", "pension"], date_column)
    for each in rows:
        tally.add(each)
    return tally


class Page(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts = Counter(), [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        self.texts.append(data)


def test_counts_are_those_of_the_rows():
    """Themes, pairs, rows without a theme, review, errors and rows that are no body are each counted once."""
    rows = [
        row("pension"),
        row("pension", "harvest", review=["harvest"]),
        row(review=["pension", "harvest"]),
        failed(),
        {"id": 5, "kind": "title", "text": "标题"},
    ]
    tally = tally_of(rows)
    assert (tally.rows, tally.tagged, tally.failed, tally.other, tally.review) == (5, 3, 1, 1, 2)
    assert tally.sizes == {0: 1, 1: 1, 2: 1}
    pension, harvest = tally.themes["pension"], tally.themes["harvest"]
    assert (pension.rows, pension.review, dict(pension.together)) == (2, 1, {"harvest": 1})
    assert (harvest.rows, harvest.review, dict(harvest.together)) == (1, 2, {"pension": 1})


def test_shares_stand_on_the_page(report):
    """Of three tagged paragraphs two have the theme: the page says 2 and 66.7%."""
    page = report([row("pension"), row("pension"), row(), failed()])
    line = re.search(r"<tr><th scope=\"row\">[^\n]*养老金融[^\n]*", page)[0]
    assert "<td>2</td><td>66.7%</td>" in line


def test_the_page_says_where_everything_is_from(report):
    """Source, rows, and the version and digest of the model stand on it."""
    page = report([row()], source="支行/2024")
    for fact in ("支行/2024", "共 1 行", MODEL["version"], MODEL["digest"]):
        assert fact in page


def test_text_is_never_markup(report):
    """Markup in text, ids, files, dates, errors and the source is shown, not obeyed."""
    evil = '<script>alert(1)</script><img src="x">"\'&'
    words = [piece(evil, 1.0)]
    rows = [
        row("pension", text=evil, id=evil, file=evil, evidence=words, day=evil),
        failed(type=evil, detail=evil, id=evil),
    ]
    found = Page(report(rows, "day", source=evil))
    assert found.tags["script"] == found.tags["img"] == 0
    assert evil in "".join(found.texts)


def test_the_page_asks_for_nothing_from_outside(report):
    """No script, no link, no image, no address; and a browser is told to refuse any."""
    page = report([row("pension", text=TEXT, day="2024-03-05", evidence=[piece("养老金", 1.0, 9)])], "day")
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
    assert not [pair for pair in found.attributes if pair[1] in ("src", "href", "srcset") or pair[1].startswith("on")]
    assert not re.search(r"https?:|url\(|@import", page)
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes


def test_the_same_rows_give_the_same_bytes(report):
    """Nothing of the clock or of chance is in it."""
    rows = [row("pension", text=f"{TEXT}{n}", id=n, day=f"2024-0{n % 9 + 1}-01") for n in range(50)]
    assert report(rows, "day") == report(rows, "day")


def test_a_report_that_fails_leaves_the_old_one(report, tmp_path):
    """Rows that break off leave what was there, and no draft beside it."""
    before = report([row()])

    def broken():
        yield row()
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        report(broken())
    assert (tmp_path / "report.html").read_text("utf-8") == before
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_no_rows_are_said(report):
    """An empty input gives a page that says so."""
    assert "没有任何行" in report([])


def test_rows_with_only_errors_are_said(report):
    """No share is taken of nothing; the errors stand with their places."""
    page = report([failed(id="a", file="x.jsonl"), failed("urn:themetag:not-json", "the line is not JSON", id="b")])
    assert "没有一行得到标注" in page
    assert "x.jsonl · a: the paragraph has no text" in page
    assert "urn:themetag:not-json" in page


def test_a_lone_surrogate_is_written(report):
    """Half a surrogate pair, which UTF-8 has no bytes for, does not stop the report."""
    assert "&#55357;" in report([row("pension", text="养老\ud83d")])


@pytest.mark.parametrize(
    "value",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "20240305",
        20240305,
        "2024年3月5日",
        "2024 年 3 月 5 日",
        "2024年3月",
        "2024-03",
        " 2024-03-05 08:30:00",
        "2024-03-05T08:30:00+08:00",
        "2024年3月5日 星期二",
        "20240305083000",
        "２０２４年３月５日",
        dt.date(2024, 3, 5),
        dt.datetime(2024, 3, 5, 8, 30, tzinfo=dt.UTC),
    ],
)
def test_dates_are_read_as_archives_write_them(value):
    """Each of these is a day of, or just, March 2024."""
    assert read_month(value) == MARCH


@pytest.mark.parametrize(
    "value",
    [
        "",
        "上周三",
        "2024",
        2024,
        "05/03/2024",
        "2024-13-01",
        "2024-02-30",
        "2024-3/5",
        "202403051",
        "20240335",
        "2024-03-055",
        "0024-03-05",
        "9999-12-31",
        dt.date(9999, 12, 31),
        None,
        True,
        1.5,
        float("nan"),
        ["2024-03-05"],
    ],
)
def test_what_is_no_date_is_not_guessed(value):
    """Days that do not exist, two ways to read, years that are slips: none of them is a month."""
    assert read_month(value) is None


def test_rows_without_a_readable_date_are_counted_and_said(report):
    """A missing date and one that cannot be read are told apart, the latter with examples."""
    rows = [row(day="2024-03-05"), row(day="不详"), row(day="待补"), row(day=" "), row(day=None), row()]
    tally = tally_of(rows, "day")
    assert (sum(tally.dates.months.values()), tally.dates.unread, tally.dates.empty) == (1, 2, 3)
    page = report(rows, "day")
    assert "2 段的日期无法识别" in page
    assert "<code>不详</code>" in page
    assert "3 段没有日期" in page


def test_a_column_that_no_row_has_is_said(report):
    """A misspelt column does not look like an archive without dates."""
    assert "没有一行的“dya”列有日期" in report([row(day="2024-03-05")], "dya")


@pytest.mark.parametrize(
    ("last", "step", "first_label", "last_label"),
    [
        (MARCH, 1, "2024-03", "2024-03"),
        (MARCH + 23, 1, "2024-03", "2026-02"),
        (MARCH + 24, 3, "2024 Q1", "2026 Q1"),
        (MARCH + 117, 3, "2024 Q1", "2033 Q4"),
        (MARCH + 118, 12, "2024", "2034"),
    ],
)
def test_time_is_shown_by_month_then_quarter_then_year(last, step, first_label, last_label):
    """Two years by month, ten by quarter, more by year; empty periods in between have their place."""
    rows = dict.fromkeys(range(MARCH, last + 1, 12), 1) | {last: 1}
    periods = choose_periods(rows)
    labels = periods.labels()
    assert (periods.step, labels[0], labels[-1]) == (step, first_label, last_label)
    assert [periods.index(MARCH), periods.index(last)] == [0, len(labels) - 1]


def test_one_wrong_date_does_not_stretch_time():
    """One row of 1970 among two hundred of 2024 is left out of the charts and counted."""
    tally = DateTally()
    for number in range(200):
        tally.add(f"2024-{number % 12 + 1:02}-01", ["pension"])
    tally.add("1970-01-01", [])
    timeline = make_timeline(tally, ["pension"])
    assert (timeline.step, len(timeline.periods), timeline.far) == (1, 12, 1)
    assert timeline.periods[0].rows == 17


def test_old_rows_that_are_many_are_drawn():
    """Far rows are part of the archive when they are not few."""
    assert choose_periods({MARCH: 50, MARCH - 600: 50}).step == 12


def test_charts_have_one_scale_and_a_table_behind(report):
    """A column is as high as its share beside the common top; the table has the figures."""
    tally = DateTally()
    for theme in (["pension"], ["pension", "harvest"], [], []):
        tally.add("2024-03-05", theme)
    timeline = make_timeline(tally, ["harvest", "pension"])
    harvest, pension = (chart.bars[0] for chart in timeline.shares)
    assert pension.height == pytest.approx(2 * harvest.height)
    assert (pension.label, pension.pale) == ("2024-03: 50%", True)
    page = report([row("pension", day="2024-03-05"), row(day="2024-04-05")], "day")
    assert '<tr><th scope="row">2024-03</th><td>1</td>' in page


def test_years_of_slips_are_bounded():
    """However many dates there are, the months counted are those of two centuries."""
    assert read_month(f"{dates.FIRST_YEAR}-01-01") is not None
    assert read_month(f"{dates.FIRST_YEAR - 1}-12-31") is None
    assert read_month(f"{dates.LAST_YEAR}-12-31") is not None
    assert read_month(f"{dates.LAST_YEAR + 1}-01-01") is None


def test_the_most_telling_words_are_summed_over_paragraphs_that_have_the_theme():
    """What spoke against it, and the words of paragraphs without it, do not count; a repeated word is one."""
    evidence = [piece("养老金", 2.0), piece("养老金", 1.0, 5), piece("年金", 0.5), piece("降雨", -3.0)]
    rows = [row("pension", evidence=evidence), row("pension", evidence=evidence), row(evidence=evidence)]
    tally = tally_of(rows)
    assert tally.themes["pension"].words.top(9) == [("养老金", 6.0, 2), ("年金", 1.0, 2)]
    assert tally.explained == 2


def test_only_the_strongest_words_of_a_paragraph_count():
    """Small weights of common words do not add up to the top."""
    words = WordSums()
    words.add({f"词{number}": float(number) for number in range(STRONGEST + 3)})
    assert len(words.top(99)) == STRONGEST
    assert words.top(1) == [(f"词{STRONGEST + 2}", STRONGEST + 2.0, 1)]


def test_without_evidence_the_page_says_how_to_get_it(report):
    """The section of words names the option."""
    assert "--evidence" in report([row("pension", text=TEXT)])
    assert "--evidence" not in report([row("pension", text=TEXT, evidence=[piece("养老金", 1.0, 9)])])


def test_evidence_is_marked_in_the_example(report):
    """The words of a theme stand in their place, what weighs little without a mark."""
    evidence = [piece("个人养老金", 2.0, 7), piece("养老金", 1.0, 9), piece("账户", 1.2, 12), piece("网点", 0.1, 0)]
    page = report([row("pension", text=TEXT, evidence=evidence)])
    assert '<mark class="level3">个人养老金</mark><mark class="level2">账户</mark>' in page
    assert '<p lang="zh">网点为老人开立<mark' in page


@given(
    st.text(max_size=400), st.lists(st.tuples(st.integers(0, 450), st.integers(0, 450), st.floats(-5, 5)), max_size=9)
)
def test_marks_hold_the_text_whatever_the_evidence(text, places):
    """Overlapping, empty and misplaced spans neither lose nor double a character of what is shown."""
    evidence = [piece("", weight, start) | {"end": end} for start, end, weight in places]
    example = make_example(read_row(row("pension", text=text, evidence=evidence)), "pension")
    assert "".join(mark.text for mark in example.marks) == example.text
    assert example.text in text
    assert len(example.text) == min(len(text), LONGEST)


def test_of_a_long_text_the_part_with_evidence_is_shown():
    """A text of a million characters is cut around its strongest word when it is kept."""
    text = "天" * 500_000 + "养老金" + "地" * 499_997
    example = make_example(read_row(row("pension", text=text, evidence=[piece("养老金", 1.0, 500_000)])), "pension")
    assert len(example.text) == LONGEST
    assert example.cut == (True, True)
    assert [mark.text for mark in example.marks if mark.level] == ["养老金"]


def test_examples_are_the_surest_and_those_on_either_side_of_the_threshold():
    """Wherever the threshold was, the lowest yes and the highest no are next to it."""
    rows = [row("pension", id=n, pension=n / 100, text=f"甲{n}") for n in range(60, 100)]
    rows += [row(id=n, pension=n / 100, text=f"乙{n}") for n in range(60)]
    theme = tally_of(rows).themes["pension"]
    assert [example.place for example in theme.surest.examples()] == ["99", "98", "97"]
    assert [example.place for example in theme.yes.examples()] == ["60", "61"]
    assert [example.place for example in theme.no.examples()] == ["59", "58"]


def test_an_example_is_not_shown_twice():
    """The same text in many rows is one example: the first; rows without text are told apart by their id."""
    shelf = Shelf(3)
    for number in range(5):
        shelf.offer(0.9, read_row(row("pension", id=number, text=TEXT)), "pension")
    shelf.offer(0.8, read_row(row("pension", id="x")), "pension")
    shelf.offer(0.8, read_row(row("pension", id="y")), "pension")
    assert [example.place for example in shelf.examples()] == ["0", "x", "y"]


def test_a_tally_does_not_grow_with_its_rows():
    """Distinct words, kinds of error, unreadable dates and texts without end stay within their caps."""
    tally = Tally(["harvest", "pension"], "day")
    for number in range(2 * KEPT):
        words = [piece(f"词{number}甲", 1.0 + number), piece(f"词{number}乙", 1.0)]
        tally.add(row("pension", id=number, text=f"{TEXT}{number}", day=f"第{number}天", evidence=words))
        tally.add(failed(type=f"kind {number}"))
        tally.add({"error": f"line {number}"})
    theme = tally.themes["pension"]
    assert len(theme.words.top(10 * KEPT)) <= 2 * KEPT
    assert theme.words.missed > 0
    assert theme.words.top(1)[0].text == f"词{2 * KEPT - 1}甲"
    assert len(tally.errors) <= MOST_KINDS + 1
    assert sum(error.rows for error in tally.errors.values()) == tally.failed == 4 * KEPT
    assert all(len(error.first) <= SHOWN for error in tally.errors.values())
    assert len(tally.dates.samples) == SHOWN
    assert len(theme.surest.examples()) == 3


@pytest.mark.parametrize("error", [{"detail": "the paragraph has no text"}, "the paragraph has no text"])
def test_errors_without_a_type_are_told_apart_by_what_they_say(error):
    """Flat files carry the sentence only: it is the kind."""
    tally = tally_of([{"id": 1, "error": error}, {"file": "a.pdf", "n": 2, "error": error}])
    assert tally.errors["the paragraph has no text"].first == [("1", ""), ("a.pdf · 2", "")]


def test_the_words_page_warns_when_words_were_forgotten(report):
    """A sum that may be too low is said to be."""
    rows = [
        row("pension", id=n, evidence=[piece(f"词{n}-{part}", 1.0) for part in range(STRONGEST)]) for n in range(KEPT)
    ]
    assert "罕见词曾被舍去" in report(rows)


def test_both_languages_stand_on_the_page(report):
    """Every piece of Chinese text has its English beside it, and no script is needed to choose."""
    page = report([row("pension", day="2024-03-05"), failed()], "day")
    assert page.count('lang="zh-Hans">') - 2 == page.count('lang="en">') - 1
    assert "养老金融" in page
    assert "Pension finance" in page
