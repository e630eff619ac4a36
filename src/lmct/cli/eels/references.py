"""Files of energy losses that stand on the command line: references of species, and low losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmct.quantity.errors import DataError

if TYPE_CHECKING:
    from lmct.instrument.energy_loss.spectrum import EnergyLossSpectrum, SpectrumImage
    from lmct.technique.contract import Measurement

    Record = EnergyLossSpectrum | SpectrumImage


def measured(record: Record, name: str, options: Mapping[str, Any], sample: str = "") -> Measurement:
    """Return a record as a measurement.

    Parameters
    ----------
    record
        What was read.
    name
        Of the measurement.
    options
        ``elements``, ``energy_scale`` and ``tolerance``.
    sample
        Its name, by default that of the measurement.

    Raises
    ------
    DataError
        The spectrum is too short, or an option is wrong.
    """
    from lmct.technique.energy_loss.analyse import analyse_record

    return analyse_record(
        record, name=name, sample=sample or name, active_mass=None, condition={}, options=options
    )


def low_loss_of(file: Path, measurement: Measurement, options: Mapping[str, Any]) -> Measurement:
    """Return the low loss of the sample of a measurement.

    Parameters
    ----------
    file
        With the zero loss inside.
    measurement
        Core losses of the same place.
    options
        As of :func:`measured`.

    Raises
    ------
    DataError
        The file has no zero loss.
    """
    from lmct.instrument import energy_loss

    found = measured(energy_loss.read(file), f"low loss {file.name}", options, measurement.sample)
    if found.dataset.attrs["kind"] != "low loss":
        raise DataError(
            f"{file.name} has no zero loss inside. Expected a low loss. Name the spectrum of the same"
            " place that begins below 0 eV."
        )
    return found


def references_from_words(
    words: Sequence[str], options: Mapping[str, Any]
) -> tuple[dict[str, Measurement], list[Measurement]]:
    """Return the references that were named, by species, and their low losses.

    Parameters
    ----------
    words
        ``SPECIES=FILE`` or ``SPECIES=FILE,LOW``, of any format that is read.
    options
        As of :func:`measured`.

    Raises
    ------
    DataError
        A word names no file, or a file cannot be used.
    """
    from lmct.instrument import energy_loss

    named, scattered = {}, []
    for text in words:
        species, equals, path = text.partition("=")
        if not equals or not species or not path:
            raise DataError(
                f"the reference {text!r} names no file. Expected SPECIES=FILE, for example ni_2=NiO.msa."
            )
        core, _, low = path.partition(",")
        named[species] = measured(energy_loss.read(Path(core)), f"reference {species}", options)
        if low:
            scattered.append(low_loss_of(Path(low), named[species], options))
    return named, scattered
