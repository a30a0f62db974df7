"""The command line: `themetag COMMAND`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from model import Tagger, ThemetagError
from model.bundle import DEFAULT
from service.batch.command import tag_command
from service.batch.errors import BatchError
from service.batch.stream import STREAM, write_rows
from service.documents import read_file
from service.options import bundle_option
from service.serve_command import key_command, serve_command
from service.server import ServeError
from service.settings import Settings, SettingsError

PACKAGE = "themetag"


class _Commands(click.Group):
    """A user's mistake ends in a sentence and exit code 1, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # `| head` has seen enough: click ends without a word
            raise
        except (ThemetagError, BatchError, ServeError, SettingsError) as error:
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
    themetag tag archive/ -o archive.parquet
    echo '"我行向科创企业发放专利质押贷款"' | themetag tag - --evidence

    The model is the one that `make model` built; --bundle or the variable THEMETAG_BUNDLE names another.
    Exit codes: 0 all is done, 1 something could not be done (it is said what), 2 the command was misused.
    """  # noqa: D301  # click's mark for lines to keep is a real backspace


main.add_command(serve_command)
main.add_command(tag_command)
main.add_command(key_command)


@main.command("read")
@click.argument("document", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", default=STREAM, help="File to write.  [default: standard output]")
def read_command(document: str, output: str) -> None:
    """Print the paragraphs of a DOCUMENT: text, Markdown, HTML, PDF or DOCX.

    Each line is {"n", "kind", "text", "start", "end", "article"}: kind is title, heading, byline, caption,
    boilerplate or body; start and end are offsets, in characters, into the decoded source, null for PDF and DOCX.
    """
    read = read_file(document, Settings.from_environment(os.environ).max_document_bytes)
    write_rows((paragraph.as_dict() for paragraph in read.paragraphs), output)
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
    that has terms needs no paragraphs of its own. Adding a folder changes no answer of the first folder's themes.
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
@bundle_option
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
@bundle_option
def themes_command(bundle: Path | None) -> None:
    """List the themes of the bundle: key, names, threshold, and from where to where a person should look."""
    tagger = Tagger.load(bundle)
    click.echo(f"bundle {tagger.version} ({tagger.digest})")
    for theme in tagger.themes:
        low, high = theme.review
        band = f"yes from {theme.threshold:.3f}  review {low:.3f} to {high:.3f}"
        click.echo(f"{theme.key:<14} {band}  {theme.name_zh} {theme.name_en}")


def _warn(file: str, warnings: Iterable[str]) -> None:
    for warning in warnings:
        click.echo(f"{file}: {warning}", err=True)
