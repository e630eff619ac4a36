"""Files of electron microscopes read with RosettaSciIO: Gatan .dm3 and .dm4, HyperSpy .hspy."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lmct.instrument.energy_loss.raw import RawAxis, RawSpectra
from lmct.instrument.energy_loss.spectrum import Acquisition
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, DataError, UnknownFormat

ENERGY_UNITS = {"ev": 1.0, "kev": 1000.0}
"""Units that make an axis one of energy, and the eV in each."""

_BROKEN: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    struct.error,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    MemoryError,
    UnboundLocalError,
)
"""What a reader of binary files trips over when bytes are missing."""


def plugin(name: str) -> ModuleType:
    """Return a reader of RosettaSciIO.

    Parameters
    ----------
    name
        Of the plug-in, for example ``"digitalmicrograph"``.

    Raises
    ------
    DataError
        The optional package is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"rsciio.{name}")
    except ImportError as error:
        raise DataError(
            "this file needs the package rosettasciio, which is not installed. Expected it for .dm3, .dm4 and"
            ' .hspy. Install it: pip install "lmct[energy-loss]"; or export the spectra as .msa.'
        ) from error


def read_with(name: str, source: Source, suffix: str) -> RawSpectra:
    """Read a file and return its only data set with an axis of energy.

    Parameters
    ----------
    name
        Of the plug-in.
    source
        The file.
    suffix
        Of the file name that the plug-in wants to see.

    Raises
    ------
    DamagedFile
        The file is cut off or inconsistent.
    UnknownFormat
        Nothing in it has an axis of energy, or more than one has.
    """
    reader = plugin(name).file_reader
    with source.with_suffix(suffix) as path:
        items = _items(reader, path, source.name)
    usable = [item for item in items if any(_is_energy(axis) for axis in item["axes"])]
    if not usable:
        shapes = ", ".join(str(np.shape(item["data"])) for item in items) or "nothing"
        raise UnknownFormat(
            f"{source.name} holds {shapes}, and no axis with the unit eV or keV. Expected spectra of energy"
            " loss. It may be an image or an uncalibrated spectrum; calibrate it in the acquisition software."
        )
    if len(usable) > 1:
        raise UnknownFormat(
            f"{source.name} holds {len(usable)} sets of spectra. Expected one."
            " Export each to a file of its own."
        )
    return _raw(usable[0])


def _items(reader: Any, path: Path, name: str) -> list[dict[str, Any]]:  # noqa: ANN401 - of a plug-in
    broken: tuple[type[Exception], ...] = _BROKEN + _own_errors()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(reader(str(path)))
    except broken as error:
        raise DamagedFile(
            f"{name} cannot be read: {type(error).__name__}: {str(error)[:120] or 'bytes are missing'}."
            " Expected a whole file. The copy is cut off or damaged; copy it again from the microscope."
        ) from error


def _own_errors() -> tuple[type[Exception], ...]:
    """Return the errors that RosettaSciIO defines itself; they have no base in common."""
    found = vars(plugin("exceptions")).values()
    return tuple(one for one in found if isinstance(one, type) and issubclass(one, Exception))


def _is_energy(axis: dict[str, Any]) -> bool:
    return str(axis.get("units") or "").strip().lower() in ENERGY_UNITS


def _raw(item: dict[str, Any]) -> RawSpectra:
    axes = tuple(
        RawAxis(
            name=_text(axis.get("name")),
            unit=_text(axis.get("units")),
            size=int(axis.get("size", size)),
            step=float(axis.get("scale", 1.0)),
            start=float(axis.get("offset", 0.0)),
            values=None if axis.get("axis") is None else np.asarray(axis["axis"], dtype=float),
        )
        for axis, size in zip(item["axes"], np.shape(item["data"]), strict=True)
    )
    return RawSpectra(
        data=np.asarray(item["data"]), axes=axes, acquisition=_acquisition(item.get("metadata") or {})
    )


def _acquisition(metadata: dict[str, Any]) -> Acquisition:
    """Return what the microscope says; RosettaSciIO gives the beam energy in keV."""
    microscope = (metadata.get("Acquisition_instrument") or {}).get("TEM") or {}
    detector = (microscope.get("Detector") or {}).get("EELS") or {}
    beam = microscope.get("beam_energy")
    return Acquisition(
        beam_energy=None if not beam else 1000.0 * float(beam),
        convergence_angle=_positive(microscope.get("convergence_angle")),
        collection_angle=_positive(detector.get("collection_angle")),
        exposure=_positive(detector.get("exposure") or microscope.get("dwell_time")),
        title=_text((metadata.get("General") or {}).get("title")),
    )


def _positive(value: Any) -> float | None:  # noqa: ANN401 - any entry of foreign metadata
    return float(value) if value else None


def _text(value: Any) -> str:  # noqa: ANN401 - any entry of foreign metadata
    return value if isinstance(value, str) and value != "<undefined>" else ""
