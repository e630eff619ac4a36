"""``lmct eels``: energy-loss spectra checked, quantified, simulated."""

import typer

from lmct.cli.eels import quantify, simulate

app = typer.Typer(
    name="eels",
    help="Energy losses: axis, thickness, white lines, O K pre-edge, shares of references, simulations.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Energy losses: axis, thickness, white lines, O K pre-edge, shares of references, simulations."""


app.command(name=quantify.NAME)(quantify.run)
app.command(name=simulate.NAME)(simulate.run)
