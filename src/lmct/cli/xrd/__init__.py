"""``lmct xrd``: powder patterns simulated, refined, followed through a sequence; instruments calibrated."""

import typer

from lmct.cli.xrd import calibrate, refine, sequence, simulate

app = typer.Typer(
    name="xrd",
    help="Powder diffraction: refine patterns and sequences, calibrate instruments, simulate.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (refine, sequence, calibrate, simulate):
    app.command(name=command.NAME)(command.run)
