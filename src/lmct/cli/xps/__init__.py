"""``lmct xps``: photoelectron spectra of a series of heated samples fitted, and simulated."""

import typer

from lmct.cli.xps import fit, simulate

app = typer.Typer(
    name="xps",
    help="Photoemission: shares of species in a series of spectra, simulations.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Photoemission: shares of species in a series of spectra, simulations."""


app.command(name=fit.NAME)(fit.run)
app.command(name=simulate.NAME)(simulate.run)
