"""``lmct xas``: absorption spectra normalised, their edges, fractions of species, components."""

import typer

from lmct.cli.xas import edge, lcf, normalize, pca

app = typer.Typer(
    name="xas",
    help="X-ray absorption: normalise, edge energies, combinations of references, components.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (normalize, edge, lcf, pca):
    app.command(name=command.NAME)(command.run)
