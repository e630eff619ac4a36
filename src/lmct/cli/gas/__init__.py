"""``lmct gas``: amounts of gas from a mass spectrometer behind a cell, and simulated records."""

import typer

from lmct.cli.gas import quantify, simulate

app = typer.Typer(
    name="gas",
    help="Gas evolution: quantify records of a mass spectrometer, simulate them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (quantify, simulate):
    app.command(name=command.NAME)(command.run)
