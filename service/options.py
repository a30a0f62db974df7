"""Options that several commands have."""

from pathlib import Path

import click

bundle_option = click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    envvar="THEMETAG_BUNDLE",
    help="Folder of the bundle to use.  [default: the one that `make model` built]",
)
