"""`themetag serve`, whose options are the table of settings, and `themetag key`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from service.keys import hash_of, new_key
from service.server import serve
from service.settings import CONFIG, Settings


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each setting; what is given there goes before environment and file."""
    for name, field in reversed(Settings.model_fields.items()):
        option = f"--{name.replace('_', '-')}"
        flag = field.annotation is bool
        default = {(): "none", None: "the model of `make model`"}.get(field.default, str(field.default).lower())
        command = click.option(
            f"{option}/--no-{option[2:]}" if flag else option,
            name,
            default=None,
            metavar=None if flag else "VALUE",
            help=f"{field.description or ''}.  [default: {default}]",
        )(command)
    return command


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path), help=f"TOML file of settings.  [default: ${CONFIG}]")
@_with_settings
def serve_command(config: Path | None, **given: Any) -> None:
    """Serve the REST interface until stopped.

    Each option can also stand in the TOML file (max_bytes = 1000) or in the environment (THEMETAG_MAX_BYTES=1000);
    the command line goes before the environment, and that before the file.
    """
    named = {name: value for name, value in given.items() if value is not None}
    serve(Settings.from_environment(os.environ, file=config, given=named))


@click.command("key")
def key_command() -> None:
    """Make a key for callers, and its hash for the setting api_keys: the service never holds the key itself."""
    key = new_key()
    click.echo(f"key   {key}\nhash  {hash_of(key)}")
