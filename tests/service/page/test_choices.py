"""What a reader may turn: thresholds, filters, the language. None of it asks the service."""

import pytest
from selenium.webdriver import Keys

BOTH = "小麦丰收，玉米亩产也高，收成好，村民领取企业年金。"
PENSION = "村民领取企业年金，开立个人养老金账户。"
PLAIN = "分行召开会议，部署对公存款工作。"
TEXTS = [BOTH, PENSION, PLAIN]


@pytest.fixture
def tagged(page, site):
    """The page with three paragraphs tagged."""
    page.paste("\n".join(TEXTS))
    site.calls.clear()
    return page


def chart(page):
    """Each row of the chart: its name, count and share."""
    return [tuple(row.text.split()[:3]) for row in page.all("#chart tbody")]


def test_the_chart_counts_paragraphs(tagged):
    """A row a theme, then what is to review and what has none; it is a table with headings."""
    rows = {name: (count, share) for name, count, share in chart(tagged)}
    assert rows["养老金融"] == ("2", "67%")
    assert rows["无主题"] == ("1", "33%")
    assert [item.get_attribute("scope") for item in tagged.all("#chart th")] == ["col"] * 3 + ["row"] * 4


def test_a_slider_changes_themes_at_once(tagged, site):
    """Without a call: themes, chart and filter follow, and the reset brings the model's own back."""
    before = tagged.themes()
    tagged.set_threshold("pension", 0.0)
    tagged.until(lambda: [themes.count("pension") for themes in tagged.themes()] == [1, 1, 1])
    assert ("养老金融", "3", "100%") in chart(tagged)
    tagged.set_threshold("pension", 1.0)
    tagged.until(lambda: not any("pension" in themes for themes in tagged.themes()))
    tagged.one("#reset").click()
    tagged.until(lambda: tagged.themes() == before)
    assert site.calls == []


def test_a_slider_moves_by_keys_and_says_where_it_is(tagged, tagger):
    """It starts at the model's threshold; an arrow is a hundredth."""
    slider = tagged.one("input[type=range][data-theme=pension]")
    threshold = next(theme.threshold for theme in tagger.themes if theme.key == "pension")
    assert slider.get_attribute("aria-valuetext") == f"{round(threshold * 100)}%"
    assert slider.get_attribute("aria-label") == "养老金融的阈值"
    slider.send_keys(Keys.ARROW_RIGHT)
    tagged.until(lambda: slider.get_attribute("aria-valuetext") == f"{round(threshold * 100) + 1}%")


def test_the_page_decides_as_the_tagger_does(tagged, tagger):
    """Themes and review of the page are those of the tagger, at any threshold."""
    for threshold in (None, 0, 0.001, 0.2, 0.5, 0.8, 0.999, 1):
        thresholds = {} if threshold is None else {"pension": threshold, "harvest": threshold}
        script = """const [given, done] = arguments; (async () => {
            const [{ decide }, { state }] = [await import('/page/decide.js'), await import('/page/state.js')];
            done(state.paragraphs.map((one) => decide(one, state.themes, new Map(given)).map((answer) =>
              [answer.theme.key, answer.yes, answer.review])));
        })()"""
        decided = tagged.browser.execute_async_script(script, [*map(list, thresholds.items())])
        for text, answers in zip(TEXTS, decided, strict=True):
            tags = tagger.tag(text, thresholds=thresholds)
            assert {key for key, yes, _ in answers if yes} == set(tags.themes)
            assert {key for key, _, review in answers if review} == set(tags.review)


def test_a_paragraph_near_the_threshold_is_marked_for_review(tagged, tagger):
    """With the threshold at its score, and the band around it."""
    score = tagger.tag(PLAIN).scores["pension"]
    tagged.set_threshold("pension", round(score, 2))
    tagged.until(lambda: "复核" in tagged.shown()[2].text)


def test_words_of_a_theme_that_only_the_reader_sees_are_fetched(tagged, site, tagger):
    """The service explains what it answers; for a theme below its threshold the words come when asked for."""
    tagged.set_threshold("harvest", 0.0)
    tagged.until(lambda: tagged.themes()[1] == ["harvest", "pension"])
    assert site.calls == []
    tagged.shown()[1].find_element("css selector", ".chip[data-theme=harvest]").click()
    tagged.until(lambda: tagged.all("mark[data-theme=harvest].against"))
    assert site.calls == ["POST /v1/tag"]
    strongest = tagger.tag(PENSION, themes=["harvest"], evidence=True).evidence[0]
    assert strongest.weight < 0
    assert strongest.text in "".join(mark.text for mark in tagged.all("mark.against"))


def test_a_filter_shows_what_has_the_theme(tagged, site):
    """One or several, also what has none; pressed again or by the button all are shown."""
    pension, none = tagged.one(".filter[data-theme=pension]"), tagged.all(".filter")[-1]
    pension.click()
    tagged.until(lambda: len(tagged.shown()) == 2)
    assert pension.get_attribute("aria-pressed") == "true"
    assert "显示 2 段，共 3 段" in tagged.text("#facts")
    none.click()
    tagged.until(lambda: len(tagged.shown()) == 3)
    pension.click()
    tagged.until(lambda: len(tagged.shown()) == 1)
    tagged.one("#unfilter").click()
    tagged.until(lambda: len(tagged.shown()) == 3)
    assert site.calls == []


def test_a_filter_that_nothing_passes_says_so(tagged):
    """An empty list is no riddle."""
    tagged.set_threshold("harvest", 1.0)
    tagged.one(".filter[data-theme=harvest]").click()
    tagged.until(lambda: tagged.one("#nothing").is_displayed())


def test_the_language_is_the_browsers_and_then_the_readers(tagged):
    """Everything changes at once, what is tagged stays, and the choice is remembered."""
    assert tagged.run("return document.documentElement.lang") == "zh-CN"
    tagged.one("[data-language=en]").click()
    tagged.until(lambda: "Pension finance" in tagged.shown()[1].text)
    assert (tagged.text("#go"), tagged.run("return document.documentElement.lang")) == ("Tag themes", "en")
    assert "Showing 3 of 3 paragraphs" in tagged.text("#facts")
    tagged.open()
    assert tagged.text("h1") == "Which themes is this text about?"


def test_details_hold_every_score(tagged, tagger):
    """The table behind a paragraph has each theme with its probability, its threshold and its words."""
    tagged.shown()[1].find_element("css selector", "summary").click()
    tagged.until(lambda: tagged.all(".behind tbody tr"))
    rows = [row.text for row in tagged.all(".behind tbody tr")]
    assert len(rows) == len(tagger.themes)
    strongest = next(item for item in tagger.tag(PENSION, evidence=True).evidence if item.theme == "pension")
    assert strongest.text in next(row for row in rows if "养老金融" in row)
