"""From what a user asks to the engine that refines: structures, instrument, what is free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lmct.material.crystal import library
from lmct.quantity.errors import OutOfRange
from lmct.technique.diffraction.diffractometer import REFLECTION, Diffractometer
from lmct.technique.diffraction.diffractometer_file import diffractometer_of_pattern
from lmct.technique.diffraction.given_cell import six_numbers, with_given_cell
from lmct.technique.diffraction.request import (
    AUTO,
    DISPLACEMENT,
    FAST,
    LE_BAIL,
    NO_OFFSET,
    PAWLEY,
    ZERO,
    RefinementRequest,
)

if TYPE_CHECKING:
    from lmct.instrument.diffraction.pattern import DiffractionPattern
    from lmct.material.crystal.crystal import Crystal
    from lmct.technique.diffraction.refined import Engine, RefinedPattern
    from lmct.technique.diffraction.rietveld.settings import RietveldSettings
    from lmct.technique.diffraction.rock_salt.settings import Migration, RockSaltSettings


def crystal_named(name: str) -> Crystal:
    """Return a structure by the name of a phase that ships, or from a CIF file.

    Parameters
    ----------
    name
        Name, or path that ends in ``.cif``.

    Returns
    -------
    :
        The structure.

    Raises
    ------
    UnknownName
        There is no such phase.
    DataError
        The file cannot be read as a structure.

    Examples
    --------
    >>> crystal_named("li-ti-ni-o").space_group
    'F m -3 m'
    """
    if name.lower().endswith(".cif"):
        from lmct.material.crystal.cif import read_cif

        return read_cif(Path(name))
    return library.load(name)


def engine_for(request: RefinementRequest, pattern: DiffractionPattern, *, in_sequence: bool) -> Engine:
    """Return the engine for a pattern, or for the sequence that begins with it.

    Parameters
    ----------
    request
        What is asked for.
    pattern
        The pattern, or the first one that can be read: what it says of the instrument holds for all.
    in_sequence
        Whether more patterns follow: then one cubic phase takes the fast path.

    Returns
    -------
    :
        The engine.

    Raises
    ------
    DataError
        Structure, instrument or wavelength cannot be had.
    OutOfRange
        The request contradicts itself.
    """
    instrument = diffractometer_of_pattern(pattern, request)
    if request.method in (LE_BAIL, PAWLEY):
        return WholePowderEngine(request, instrument)
    crystal = with_given_cell(crystal_named(request.structure), request.cell)
    alone = crystal.is_cubic and not request.phases and request.texture is None
    if request.method == FAST and not alone:
        raise OutOfRange(
            f"the fast path refines one cubic phase, and {crystal.name} with {len(request.phases)} further"
            " phases is not that. Take --method rietveld."
        )
    usual = DISPLACEMENT if instrument.geometry == REFLECTION else ZERO
    usually = request.offset in ("", NO_OFFSET, usual)
    if request.method == FAST and not usually:
        raise OutOfRange(
            f"the fast path refines the {usual} in {instrument.geometry} geometry, and a {request.offset} is"
            f" asked for. Take --offset {usual}, or --method rietveld."
        )
    if request.method == FAST or (request.method == AUTO and in_sequence and alone and usually):
        return _fast_engine(request, crystal, instrument)
    return _rietveld_engine(request, crystal, instrument, in_sequence=in_sequence)


def _fast_engine(request: RefinementRequest, crystal: Crystal, instrument: Diffractometer) -> Engine:
    from lmct.technique.diffraction.rietveld.crystal import with_lithium
    from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine

    if request.lithium is not None:
        crystal = with_lithium(crystal, request.lithium)
    return RockSaltEngine(instrument, crystal, fast_settings(request))


def fast_settings(request: RefinementRequest) -> RockSaltSettings:
    """Return what the fast path leaves free.

    Parameters
    ----------
    request
        What is asked for.
    """
    from lmct.technique.diffraction.rock_salt.settings import ForeignPhase, RockSaltSettings

    outside: tuple[tuple[float, float], ...] = ()
    if request.two_theta_range is not None:
        low, high = request.two_theta_range
        outside = ((0.0, low), (high, 180.0))
    return RockSaltSettings(
        background_terms=request.background_terms,
        humps=request.humps,
        foreign=tuple(ForeignPhase(crystal_named(name)) for name in request.windows),
        excluded=(*request.excluded, *outside),
        refine_offset=request.offset != "none",
        migration=_migration(request),
    )


def _rietveld_engine(
    request: RefinementRequest, crystal: Crystal, instrument: Diffractometer, *, in_sequence: bool
) -> Engine:
    from lmct.technique.diffraction.rietveld.refine import RietveldEngine

    windows = tuple(crystal_named(name) for name in request.windows)
    crystals = (crystal, *(crystal_named(name) for name in request.phases), *windows)
    names = tuple(one.name for one in windows)
    settings = rietveld_settings(request, crystal, instrument, names)
    return RietveldEngine(crystals, instrument, settings, in_sequence=in_sequence)


def rietveld_settings(
    request: RefinementRequest,
    crystal: Crystal | None,
    instrument: Diffractometer,
    windows: tuple[str, ...] = (),
) -> RietveldSettings:
    """Return what a Rietveld refinement leaves free.

    Parameters
    ----------
    request
        What is asked for.
    crystal
        The first phase; None for an unknown structure.
    instrument
        Once calibrated, widths are those of the sample.
    windows
        Names of the phases that are no part of the sample.
    """
    from lmct.technique.diffraction.rietveld.settings import INSTRUMENT, SAMPLE, RietveldSettings

    return RietveldSettings(
        two_theta_range=request.two_theta_range,
        excluded=request.excluded,
        background_terms=request.background_terms,
        humps=request.humps,
        displacement=None if not request.offset else request.offset == DISPLACEMENT,
        zero=None if not request.offset else request.offset == ZERO,
        widths=INSTRUMENT if instrument.cell_systematic is None else SAMPLE,
        migration=_migration(request),
        lithium=request.lithium,
        texture={crystal.name: request.texture} if crystal and request.texture else {},
        windows=windows,
    )


@dataclass(frozen=True)
class WholePowderEngine:
    """Le Bail or Pawley fits as an engine; the cell is that of the request, else that of its structure.

    Parameters
    ----------
    request
        What is asked for.
    diffractometer
        The instrument.
    """

    request: RefinementRequest
    diffractometer: Diffractometer

    @property
    def name(self) -> str:
        """Name of the engine."""
        return f"rietx {self.request.method}"

    def refine(self, pattern: DiffractionPattern, start: Mapping[str, float] | None = None) -> RefinedPattern:
        """Refine the cell of a pattern; a neighbour's length of a cube is a better start than the request's.

        Parameters
        ----------
        pattern
            The pattern.
        start
            Values by name of a neighbour in the sequence.
        """
        from lmct.technique.diffraction.rietveld.whole_powder import le_bail, pawley

        request = self.request
        if request.space_group:
            space_group, cell = request.space_group, six_numbers(request.cell)
        else:
            known = with_given_cell(crystal_named(request.structure), request.cell)
            space_group, cell = known.space_group, known.cell
        if start and len(set(cell[:3])) == 1 and "a" in start:
            cell = (start["a"], start["a"], start["a"], *cell[3:])
        fit = le_bail if request.method == LE_BAIL else pawley
        return fit(
            pattern,
            space_group=space_group,
            cell=cell,
            diffractometer=self.diffractometer,
            settings=rietveld_settings(request, None, self.diffractometer),
        )


def _migration(request: RefinementRequest) -> Migration | None:
    from lmct.technique.diffraction.rock_salt.settings import Migration

    return Migration() if request.migration else None
