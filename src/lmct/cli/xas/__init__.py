"""``lmct xas``: absorption spectra normalised, their edges, fractions of species, components, simulations."""

import typer

from lmct.cli.xas import edge, lcf, normalize, pca, simulate

app = typer.Typer(
    name="xas",
    help="X-ray absorption: normalise, edge energies, combinations of references, components, simulations.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (normalize, edge, lcf, pca, simulate):
    app.command(name=command.NAME)(command.run)
