"""`themetag tag`: what a user asks for, and what is told at the end."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from model import Tagger
from service.batch.columns import reserved
from service.batch.errors import BatchError
from service.batch.progress import Progress
from service.batch.readers import Reading
from service.batch.run import Order, Outcome, output_of, run
from service.batch.sources import files_of, is_several
from service.batch.storage import is_local, place
from service.batch.stream import STREAM, is_stream, stream_file, tag_stream, tag_to_stream
from service.batch.tagging import Task
from service.batch.tally import SHOWN
from service.batch.workers import Workers
from service.options import bundle_option
from service.paragraphs import Wishes
from service.server import available_cores
from service.settings import Settings


@click.command("tag")
@click.argument("input")
@click.option(
    "-o",
    "--output",
    default=STREAM,
    help="File to write, JSONL, CSV, TSV or Parquet by its ending, also .gz or .zst; or a folder, FOLDER/ or "
    "FOLDER.parquet/, for a file a part.  [default: JSONL to standard output]",
)
@click.option("--text", default="text", show_default=True, help="Column of the text.")
@click.option("--id", default="id", show_default=True, help="Column of the id; a row without one gets its index.")
@click.option("--lines", is_flag=True, help="Text files hold a paragraph a line and are no documents.")
@click.option("--themes", metavar="KEY,KEY", help="Answer only these themes.")
@click.option(
    "--threshold", "thresholds", metavar="KEY=P", multiple=True, help="Probability from which a theme is said."
)
@click.option("--evidence", is_flag=True, help="Also give the words that made it so.")
@click.option("--jobs", type=click.IntRange(1), default=available_cores, help="Processes.  [default: one a core]")
@click.option("--dask", metavar="ADDRESS", help="Tag on the Dask cluster of this scheduler, as tcp://host:8786.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page with charts (HTML).")
@click.option("--date-column", metavar="NAME", help="Column of the date, for the report's themes over time.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; only what went wrong.")
@bundle_option
def tag_command(
    input: str,
    output: str,
    text: str,
    id: str,
    lines: bool,
    themes: str | None,
    thresholds: tuple[str, ...],
    evidence: bool,
    jobs: int,
    dask: str | None,
    report: Path | None,
    date_column: str | None,
    quiet: bool,
    bundle: Path | None,
) -> None:
    """Tag the paragraphs of a file, a folder, a pattern ('news/*.csv') or an address (s3://…); - is standard input.

    Rows are read from JSONL, CSV, TSV, Parquet and Excel, also .jsonl.gz and the like; of documents (.txt, .md, .html,
    .pdf, .docx) the paragraphs, of which the bodies are tagged. A row of the output has the id, the text and the other
    columns of the input, "themes", "review" (themes a person should look at) and "scores" (the probability of every
    theme); a row that cannot be tagged has "error" instead, and the others are done all the same.

    A run into a file or a folder that was stopped goes on where it was when it is called again.

    From standard input or to standard output one process tags and tells only what went wrong: --jobs and --quiet
    change nothing there.
    """
    _check(input, output, dask, report, date_column)
    if report:
        _check_report(report, input, output)
    tagger = Tagger.load(bundle)
    keys = [key.strip() for key in themes.split(",")] if themes is not None else None
    wishes = Wishes(keys, _thresholds(thresholds), evidence)
    tagger.check_themes([*(keys or ()), *(wishes.thresholds or ())])
    reading = Reading(text, id, Settings.from_environment(os.environ).max_document_bytes)
    folder = str(bundle.resolve()) if bundle else None
    if is_stream(input) or is_stream(output):
        _stream(tagger, input, output, reading, wishes, lines)
        return
    progress = Progress(tagger.themes, quiet)
    order = Order(input, output, folder, reading, wishes, lines)
    try:
        outcome = run(order, tagger, Workers(jobs, dask), progress.begin)
    finally:
        progress.end()
    if report:
        _report(report, outcome, tagger, keys, date_column)
    if not quiet:
        click.echo(progress.summary(outcome.tally), err=True)
        if outcome.resumed:
            click.echo(f"{outcome.resumed} of {outcome.parts} parts were done before", err=True)
    _tell(outcome)


def _stream(tagger: Tagger, input: str, output: str, reading: Reading, wishes: Wishes, lines: bool) -> None:
    """Tag from or to a stream; ends with exit code 1 where anything could not be done."""
    files, unread = ([stream_file(input, lines)], []) if is_stream(input) else files_of(input, lines)
    several = is_several(files, input)
    task = Task(None, tagger.digest, reading, wishes, reserved((), False, several), several)
    if is_stream(input):
        format, compression, folder = ("jsonl", None, False) if is_stream(output) else output_of(output)
        if format != "jsonl" or folder:
            raise click.BadParameter(f"a stream is written as JSONL, {output!r} is none", param_hint="--output")
        given = [(files[0], tag_stream(tagger, files[0], output, task, compression))]
    else:
        given = tag_to_stream(tagger, files, output, task)
    outcome = Outcome(input, warnings=[f"{name}: is of no format that is read" for name in unread])
    for file, tally in given:
        outcome.add(tally, file)
    if outcome.failures and not outcome.tally.rows:
        raise BatchError("; ".join(outcome.failures))
    _tell(outcome)


def _report(
    target: Path, outcome: Outcome, tagger: Tagger, keys: Sequence[str] | None, date_column: str | None
) -> None:
    from service.batch.report import write_report
    from service.batch.written import written_rows

    model = {"version": tagger.version, "digest": tagger.digest}
    asked = [theme for theme in tagger.themes if keys is None or theme.key in keys]
    rows = written_rows(outcome.files, outcome.format, outcome.compression, tagger.themes)
    write_report(target, rows, asked, model, date_column, outcome.source)


def _check(input: str, output: str, dask: str | None, report: Path | None, date_column: str | None) -> None:
    """Refuse what does not go together."""
    streams = is_stream(input) or is_stream(output)
    if report and streams:
        raise click.BadParameter("a report needs --output: it is made of what was written", param_hint="--report")
    if dask and streams:
        raise click.BadParameter("a cluster needs files to read and --output to write", param_hint="--dask")
    if date_column and not report:
        raise click.BadParameter("only a --report has dates", param_hint="--date-column")


def _check_report(report: Path, input: str, output: str) -> None:
    """Refuse, before the run, a report that could not be written or would replace the input or the output."""
    target = report.resolve()
    if not target.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(report.parent)!r}", param_hint="--report")
    for address, what in ((input, "input"), (output, "output"), (f"{output.rstrip('/')}.parts", "output")):
        if not is_local(address):
            continue
        files, path = place(address)
        among = {Path(path).resolve(), *(Path(str(found)).resolve() for found in files.glob(path))}
        if among & {target, *target.parents}:
            raise click.BadParameter(
                f"{str(report)!r} is the {what} or lies in it: name another place", param_hint="--report"
            )


def _tell(outcome: Outcome) -> None:
    """Say what went wrong, and end with exit code 1 if anything did."""
    for warning in outcome.warnings:
        click.echo(warning, err=True)
    for problem in [*outcome.problems, *outcome.failures]:
        click.echo(problem, err=True)
    errors = outcome.tally.errors
    if errors:
        more = f" (the first {SHOWN} are shown)" if errors > SHOWN else ""
        click.echo(f'{errors} of the rows could not be tagged{more}; they carry "error" in the output', err=True)
    if outcome.failures:
        click.echo(f"{len(outcome.failures)} of the files could not be read to their end", err=True)
    if errors or outcome.failures:
        sys.exit(1)


def _thresholds(given: tuple[str, ...]) -> dict[str, float] | None:
    """The thresholds of `KEY=P`s; none given is None."""
    thresholds: dict[str, float] = {}
    for pair in given:
        key, _, value = pair.partition("=")
        try:
            probability = float(value)
        except ValueError:
            probability = -1.0
        if not 0 <= probability <= 1:
            raise click.BadParameter(f"{pair!r} is not KEY=P with P from 0 to 1", param_hint="--threshold")
        if key.strip() in thresholds:
            raise click.BadParameter(f"theme {key.strip()!r} has two thresholds", param_hint="--threshold")
        thresholds[key.strip()] = probability
    return thresholds or None
