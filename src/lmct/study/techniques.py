"""The techniques a study can name, each loaded when it is first used."""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from lmct.quantity.errors import unknown_name

if TYPE_CHECKING:
    from lmct.technique.contract import GroupAnalysis, Technique

TECHNIQUES = {
    "electrochemistry": "lmct.technique.electrochemistry.analyse",
    "diffraction": "lmct.technique.diffraction.analyse",
    "absorption": "lmct.technique.absorption.analyse",
    "photoemission": "lmct.technique.photoemission.analyse",
    "energy_loss": "lmct.technique.energy_loss.analyse",
    "gas_evolution": "lmct.technique.gas_evolution.analyse",
}
"""Module of each technique of lmct, which implements :class:`lmct.technique.contract.Technique`."""

ENTRY_POINT_GROUP = "lmct.techniques"
"""Other packages add techniques as entry points of this group (name = module)."""


def technique_modules() -> dict[str, str]:
    """Return the module of every technique, those of other packages included, by name."""
    return _other_packages() | TECHNIQUES


def load_technique(name: str) -> Technique:
    """Return the module of a technique.

    Parameters
    ----------
    name
        Name as in the study file.

    Returns
    -------
    :
        The module.

    Raises
    ------
    UnknownName
        There is no such technique.
    """
    modules = technique_modules()
    if name not in modules:
        raise unknown_name("technique", name, modules)
    return cast("Technique", importlib.import_module(modules[name]))


def group_analysis(technique: str, kind: str) -> GroupAnalysis:
    """Return an analysis over several measurements.

    Parameters
    ----------
    technique, kind
        Names as in the study file.

    Returns
    -------
    :
        The analysis.

    Raises
    ------
    UnknownName
        The technique, or its analysis, does not exist.
    """
    analyses = load_technique(technique).GROUP_ANALYSES
    if kind not in analyses:
        raise unknown_name(f"analysis of {technique}", kind, analyses)
    return analyses[kind]


@functools.cache
def _other_packages() -> dict[str, str]:
    """Return the techniques of other packages; finding them takes 20 ms."""
    return {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}
