"""``lmct xas edge FILES``: edge energies by several definitions."""

from __future__ import annotations

import math

from lmct.cli.output import FINE, AsJson, write_json, write_table
from lmct.cli.xas.choices import (
    Calibration,
    Columns,
    Engine,
    Files,
    FoilEnergy,
    Mode,
    PostEdge,
    PreEdge,
    say_each,
    spectra_from_words,
)

NAME = "edge"


def run(
    files: Files,
    mode: Mode = "",
    calibration: Calibration = "auto",
    foil_energy: FoilEnergy = None,
    pre_edge: PreEdge = "",
    post_edge: PostEdge = "",
    engine: Engine = "lmct",
    column: Columns = None,
    json: AsJson = False,
) -> int:
    """Find the energy of the edge at half height, by the integral method, its first moment and inflection."""
    from lmct.quantity.value import Value
    from lmct.technique.absorption.dataset import edges_of
    from lmct.technique.absorption.edge import DEFINITIONS

    spectra = spectra_from_words(
        files,
        mode=mode,
        calibration=calibration,
        foil_energy=foil_energy,
        pre_edge=pre_edge,
        post_edge=post_edge,
        engine=engine,
        columns=column,
    )
    rows = []
    for one, edges in zip(spectra, edges_of(spectra), strict=True):
        whole = {
            name: Value(value.value, math.hypot(value.uncertainty, one.shift_uncertainty), "eV")
            for name, value in edges.values.items()
        }
        rows.append((one, whole, edges.messages))
    if json:
        write_json(
            {
                "spectra": [
                    {
                        "file": one.source_file,
                        "scan": one.scan,
                        "foil": one.foil,
                        "edges": {name: value.to_json() for name, value in whole.items()},
                        "messages": [*one.messages, *said],
                    }
                    for one, whole, said in rows
                ]
            }
        )
        return FINE
    write_table(
        ("file", "scan", *(name.replace("_", " ") for name in DEFINITIONS)),
        [
            (one.source_file, one.scan, *(str(whole.get(name, "")) for name in DEFINITIONS))
            for one, whole, _ in rows
        ],
        title="edge energies",
    )
    say_each(text for one, _, said in rows for text in (*one.messages, *said))
    return FINE
