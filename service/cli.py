"""The command line: `themetag COMMAND`."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from model import Tagger, ThemetagError
from model.bundle import DEFAULT
from service.documents import ENDINGS, read_file
from service.files import SHOWN, STREAM, tag_document, tag_jsonl, write_rows
from service.paragraphs import Wishes
from service.server import ServeError, available_cores, serve
from service.settings import Settings, SettingsError

PACKAGE = "themetag"

ROWS = frozenset({".jsonl", ".ndjson", ".json", ""})
"""The endings of files that are read as JSONL."""


class _Commands(click.Group):
    """A user's mistake ends in a sentence and exit code 1, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `| head` has seen enough: click ends without a word
            raise
        except (ThemetagError, ServeError, SettingsError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{place}{(error.strerror or str(error)).lower()}") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=PACKAGE, prog_name=PACKAGE)
def main() -> None:
    """Tag paragraphs of Chinese bank and finance text with themes.

    \b
    themetag serve                          the REST service on 127.0.0.1:8000
    themetag tag news.jsonl -o tagged.jsonl
    themetag tag report.pdf                 a document: its paragraphs, the bodies tagged
    echo '"我行向科创企业发放专利质押贷款"' | themetag tag - --evidence

    The model is the one that `make model` built; --bundle or the variable THEMETAG_BUNDLE names another.
    Exit codes: 0 all is done, 1 something could not be done (it is said what), 2 the command was misused.
    """  # noqa: D301  # click's mark for lines to keep is a real backspace


_bundle = click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    envvar="THEMETAG_BUNDLE",
    help="Folder of the bundle to use.  [default: the one that `make model` built]",
)


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--workers", type=click.IntRange(1), default=available_cores, help="Processes.  [default: one a core]")
@_bundle
def serve_command(host: str, port: int, workers: int, bundle: Path | None) -> None:
    """Serve the REST interface until stopped."""
    serve(host, port, workers, bundle, Settings.from_environment(os.environ))


@main.command("tag")
@click.argument("input", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", default=STREAM, help="File to write.  [default: standard output]")
@click.option("--themes", metavar="KEY,KEY", help="Answer only these themes.")
@click.option(
    "--threshold", "thresholds", metavar="KEY=P", multiple=True, help="Probability from which a theme is said."
)
@click.option("--evidence", is_flag=True, help="Also give the words that made it so.")
@_bundle
def tag_command(
    input: str, output: str, themes: str | None, thresholds: tuple[str, ...], evidence: bool, bundle: Path | None
) -> None:
    """Tag a JSONL file, a paragraph a line, {"id": …, "text": …} or a string; or the bodies of a document.

    INPUT is a file or - for standard input; a file that ends in .txt, .md, .html, .pdf or .docx is a document, and
    its output has the rows of `themetag read`, with tags where they are body. Of JSONL, each line of the output has
    the paragraph's id (its index where it has none), "themes", "review" (themes a person should look at) and "scores"
    (the probability of every theme); a line that cannot be tagged has "error" instead, and the others are done all
    the same.
    """
    _check_files(input, output)
    tagger = Tagger.load(bundle)
    keys = [key.strip() for key in themes.split(",")] if themes is not None else None
    wishes = Wishes(keys, _thresholds(thresholds), evidence)
    tagger.check_themes([*(keys or ()), *(wishes.thresholds or ())])
    if Path(input).suffix.lower() in ENDINGS:
        settings = Settings.from_environment(os.environ)
        _warn(input, tag_document(tagger, input, output, wishes, settings.max_document_bytes))
        return
    failures = tag_jsonl(tagger, input, output, wishes)
    for failure in failures[:SHOWN]:
        click.echo(f"{input}: {failure}", err=True)
    if failures:
        more = f" (the first {SHOWN} are shown)" if len(failures) > SHOWN else ""
        click.echo(
            f'{len(failures)} of the lines could not be tagged{more}; they carry "error" in the output', err=True
        )
        sys.exit(1)


@main.command("read")
@click.argument("document", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", default=STREAM, help="File to write.  [default: standard output]")
def read_command(document: str, output: str) -> None:
    """Print the paragraphs of a DOCUMENT: text, Markdown, HTML, PDF or DOCX.

    Each line is {"n", "kind", "text", "start", "end", "article"}: kind is title, heading, byline, caption,
    boilerplate or body; start and end are offsets, in characters, into the decoded source, null for PDF and DOCX.
    """
    read = read_file(document, Settings.from_environment(os.environ).max_document_bytes)
    write_rows(map(vars, read.paragraphs), output)
    _warn(document, read.warnings)


@main.command("train")
@click.option(
    "--seeds",
    type=click.Path(path_type=Path),
    multiple=True,
    default=[Path("seeds")],
    show_default=True,
    help="Folder of the seeds. May be given again: the themes of the other folders are added to those of the first.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=DEFAULT,
    help="Folder of the bundle to write.  [default: the one that the other commands use]",
)
@click.option(
    "--pipeline",
    type=click.Path(path_type=Path),
    help="Also write the scikit-learn pipeline of the first folder, for experiments (joblib).",
)
def train_command(seeds: tuple[Path, ...], output: Path, pipeline: Path | None) -> None:
    """Check the seeds, train on them and write a bundle.

    A folder of seeds holds themes/KEY.toml and paragraphs/*.jsonl; any themes will do, and terms are optional. A theme
    that has terms needs no paragraphs. Adding a folder changes no answer of the first folder's themes.
    """
    import joblib

    from model.adding import train_folders
    from model.bundle import check_target, write_bundle
    from model.seeds import load_folders
    from model.training import program_version

    check_target(output)
    folders = load_folders(seeds)
    trained, fitted = train_folders(folders, say=lambda line: click.echo(line, err=True))
    bundle = write_bundle(trained, output, program_version())
    if pipeline:
        joblib.dump(fitted, pipeline)
    figures = bundle.metrics
    click.echo(
        f"bundle {bundle.version} in {output}: macro F1 {figures['macro_f1']:.3f} on its own rows ({figures['folds']})",
        err=True,
    )
    for theme in (theme for theme in bundle.themes if theme.added):
        measured = figures["themes"][theme.key]
        said = (
            f"F1 {measured['f1']:.3f} on its own rows (folds)" if measured else "weak: learnt from terms, not measured"
        )
        click.echo(f"added {theme.key}: {said}", err=True)


@main.command("evaluate")
@click.argument("paragraphs", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1, required=True)
@click.option(
    "--contrast",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of contrast sets, JSONL with {pair, text, themes} a line, to be tagged too.",
)
@_bundle
def evaluate_command(paragraphs: tuple[Path, ...], contrast: Path | None, bundle: Path | None) -> None:
    """Tag labelled PARAGRAPHS, JSONL with {"text", "themes"} a line, and print how well the tags agree."""
    from model.evaluation import contrast_failures, evaluate, read_contrast, read_gold

    tagger = Tagger.load(bundle)
    report = evaluate(tagger, read_gold(paragraphs, tagger))
    click.echo(f"bundle {tagger.version} ({tagger.digest})\n{report}")
    if contrast:
        failures = contrast_failures(tagger, read_contrast(contrast, tagger))
        right = sum(not wrong for wrong in failures.values())
        click.echo(f"contrast sets wholly right: {right} of {len(failures)} ({right / len(failures):.3f})")


@main.command("themes")
@_bundle
def themes_command(bundle: Path | None) -> None:
    """List the themes of the bundle: key, names, threshold, and from where to where a person should look."""
    tagger = Tagger.load(bundle)
    click.echo(f"bundle {tagger.version} ({tagger.digest})")
    for theme in tagger.themes:
        low, high = theme.review
        band = f"yes from {theme.threshold:.3f}  review {low:.3f} to {high:.3f}"
        click.echo(f"{theme.key:<14} {band}  {theme.name_zh} {theme.name_en}")


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


def _check_files(input: str, output: str) -> None:
    """Refuse a file that is neither JSONL nor a document by its ending, and an output that would replace the input."""
    ending = Path(input).suffix.lower()
    if input != STREAM and ending not in {*ROWS, *ENDINGS}:
        allowed = ", ".join(sorted(({*ROWS, *ENDINGS}) - {""}))
        raise click.BadParameter(f"{input!r} is none of {allowed}; rename it if it is", param_hint="INPUT")
    if STREAM not in (input, output) and Path(input).resolve() == Path(output).resolve():
        raise click.BadParameter(f"{output!r} is the input: it would be replaced", param_hint="--output")


def _warn(file: str, warnings: Iterable[str]) -> None:
    for warning in warnings:
        click.echo(f"{file}: {warning}", err=True)
