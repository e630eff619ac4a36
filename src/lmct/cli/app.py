"""The program ``lmct``: its commands, and how errors reach the user and the shell."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from lmct import __version__
from lmct.cli import (
    calibrate,
    cite,
    compare,
    demo,
    eels,
    findings,
    fit,
    gas,
    hysteresis,
    ledger,
    material,
    materials,
    new,
    plan,
    read,
    reproduce,
    screen,
    simulate,
    study,
    sweep,
    xas,
    xps,
    xrd,
)
from lmct.cli.output import FINE, WRONG_INPUT, write_error
from lmct.quantity.errors import LmctError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it."""

app = typer.Typer(
    name="lmct",
    help="Simulate, read and analyse electrodes in which metal ions and oxygen both store charge.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    materials,
    material,
    simulate,
    hysteresis,
    sweep,
    screen,
    read,
    new,
    study,
    findings,
    ledger,
    fit,
    compare,
    plan,
    calibrate,
    demo,
    reproduce,
    cite,
)
for command in COMMANDS:
    app.command(name=command.NAME)(command.run)
for group in (xrd, xas, xps, eels, gas):
    app.add_typer(group.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lmct {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Simulate, read and analyse electrodes in which metal ions and oxygen both store charge."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    Parameters
    ----------
    arguments
        Words after ``lmct``; those of the process by default.

    Raises
    ------
    SystemExit
        Always: 0 fine, 1 something in a study failed, 2 bad usage or input.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    raise SystemExit(_exit_code(words))


def _exit_code(words: list[str]) -> int:
    as_json = "--json" in words
    try:
        code = app(words, prog_name="lmct", standalone_mode=False)
    except typer.TyperException as error:
        kind = type(error).__name__
        if kind == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
            return WRONG_INPUT
        return write_error(f"{error.format_message()} See: lmct --help", kind, as_json=as_json)
    except LmctError as error:
        return write_error(str(error), type(error).__name__, as_json=as_json)
    except BrokenPipeError:
        sys.stdout = None  # the reader of our output has gone; there is nobody left to tell
        return FINE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return write_error(f"{where}{error.strerror or error}", type(error).__name__, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else FINE
