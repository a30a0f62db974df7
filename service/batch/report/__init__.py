"""The report of a batch run: one HTML file with everything in it, no script and no request to anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from model import BundleTheme
from service.batch.report.charts import FEW, HEIGHT, WIDTH, make_timeline
from service.batch.report.tally import Tally
from service.batch.report.words import STRONGEST
from service.batch.storage import new_file

WORDS = 12
"""The most telling words shown of a theme."""


def write_report(
    target: Path,
    rows: Iterable[Mapping[str, object]],
    themes: Sequence[BundleTheme],
    model: Mapping[str, str],
    date_column: str | None,
    source: str,
) -> None:
    """Write the report on `rows` to `target`, which takes its name when it is whole.

    The rows are read once and not kept; the same rows give the same bytes, so nothing says when it was written.

    :param rows: output rows: `id` with `themes`, `review`, `scores` and perhaps `evidence`, or with `error`; `text`,
        `file` and the column of dates are used where they are there. A row with neither tags nor error is only counted.
    :param themes: the themes that were asked for, in the order in which they are shown.
    :param model: `version` and `digest` of the bundle.
    :param date_column: the column that says when a row is from; None for no chart over time.
    :param source: the name of the input, as a reader knows it.
    """
    tally = Tally([theme.key for theme in themes], date_column)
    for row in rows:
        tally.add(row)
    page = render(tally, themes, model, date_column, source)
    with new_file(str(target)) as out:
        # What is no character, such as half of a surrogate pair, becomes the sign for that.
        out.write(page.encode("utf-8", "xmlcharrefreplace"))


def render(
    tally: Tally, themes: Sequence[BundleTheme], model: Mapping[str, str], date_column: str | None, source: str
) -> str:
    """The page of a tally."""
    environment = Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": _count, "share": _share}
    return environment.get_template("page.html").render(
        tally=tally,
        themes=themes,
        model=model,
        date_column=date_column,
        source=source,
        timeline=make_timeline(tally.dates, [theme.key for theme in themes]),
        words={key: theme.words.top(WORDS) for key, theme in tally.themes.items()},
        errors=sorted(tally.errors.items(), key=lambda item: (-item[1].rows, item[0])),
        few=FEW,
        strongest=STRONGEST,
        size=(WIDTH, HEIGHT),
    )


def _count(number: int) -> str:
    return f"{number:,}"


def _share(part: int, whole: int) -> str:
    """`part` of `whole` in percent; a dash where there is no whole."""
    if not whole:
        return "–"
    return "<0.1%" if 0 < part / whole < 0.001 else f"{part / whole:.1%}"
