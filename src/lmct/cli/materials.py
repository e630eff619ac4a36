"""``lmct materials``: the materials on file."""

from __future__ import annotations

from lmct.cli.output import FINE, AsJson, write_json, write_table

NAME = "materials"


def run(json: AsJson = False) -> int:
    """List the materials on file."""
    from lmct import material

    rows = [material.load(name) for name in material.names()]
    if json:
        write_json([{"name": row.name, "title": row.title, "formula": row.formula} for row in rows])
    else:
        write_table(("name", "formula", "what it is"), [(row.name, row.formula, row.title) for row in rows])
    return FINE
