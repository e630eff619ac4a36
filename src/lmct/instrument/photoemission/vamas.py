"""VAMAS (ISO 14976): regular and irregular scans, Kratos files with blank lines in front, PHI .npl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
from jaxtyping import Float

from lmct.instrument.photoemission.raw import RawSpectrum, axis_of_words
from lmct.instrument.photoemission.spectrum import ARBITRARY, COUNTS, RATE
from lmct.instrument.photoemission.vamas_lines import VamasLines
from lmct.instrument.source import Source
from lmct.quantity.errors import DamagedFile, UnknownFormat

NAME = "vamas"
IDENTIFIER = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
SPUTTERED = ("AES DIFF", "AES DIR", "EDX", "ELS", "UPS", "XPS", "XRF")
MAPS = ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SDPSV")


@dataclass(frozen=True)
class _Experiment:
    """What the header says of all blocks."""

    mode: str
    scan: str
    variables: int
    future_entries: int
    future_block_entries: int


def recognises(source: Source) -> bool:
    """Say whether the file begins with the identifier of the format."""
    return source.head.lstrip().startswith(IDENTIFIER.encode())


def read(source: Source) -> tuple[RawSpectrum, ...]:
    """Return the spectrum of every block.

    Parameters
    ----------
    source
        The file.

    Raises
    ------
    DamagedFile
        The file ends early, or a line is not what the format demands.
    UnknownFormat
        It holds maps, not spectra.
    """
    text = source.path.read_bytes().decode("latin-1")
    lines = text.replace("\0", "").splitlines()  # PHI writes NUL bytes into its .npl
    start = next(index for index, line in enumerate(lines) if line.strip().startswith(IDENTIFIER))
    reader = VamasLines(source.name, lines, start + 1)
    experiment, included = _header(reader)
    blocks = reader.count("the number of blocks")
    if included is not None:
        raise UnknownFormat(
            f"{source.name} leaves out lines of its block headers, a layout that is not read here."
            " Expected whole headers. Export the file again with complete blocks."
        )
    return tuple(_block(reader, experiment, number) for number in range(blocks))


def _header(reader: VamasLines) -> tuple[_Experiment, int | None]:
    for what in ("institution", "instrument", "operator", "experiment"):
        reader.text(f"the {what}")
    reader.skip(reader.count("the number of comment lines"), "a comment")
    mode, scan = reader.text("the experiment mode"), reader.text("the scan mode")
    if scan not in ("REGULAR", "IRREGULAR", "MAPPING"):
        raise DamagedFile(
            f"{reader.name}: line {reader.place} is {scan[:40]!r}. Expected the scan mode REGULAR, IRREGULAR"
            " or MAPPING. The header was altered; export the file again."
        )
    if scan == "MAPPING" or mode in MAPS:
        raise UnknownFormat(
            f"{reader.name} holds a map ({mode}, {scan}). Expected spectra. Export single spectra."
        )
    if mode in ("NORM", "SDP"):
        reader.count("the number of spectral regions")
    variables = reader.count("the number of experimental variables")
    reader.skip(2 * variables, "an experimental variable")
    left_out = reader.count("the number of entries of the inclusion list")
    reader.skip(abs(left_out), "an entry of the inclusion list")
    reader.skip(reader.count("the number of manually entered items"), "a manually entered item")
    entries = reader.count("the number of future experiment entries")
    block_entries = reader.count("the number of future block entries")
    reader.skip(entries, "a future experiment entry")
    return _Experiment(mode, scan, variables, entries, block_entries), left_out or None


def _block(reader: VamasLines, experiment: _Experiment, number: int) -> RawSpectrum:
    region, sample = reader.text("the block's name"), reader.text("the sample")
    moment = [reader.count("the date") for _ in range(6)]
    zone = reader.number("the hours from Greenwich")
    comments = [
        reader.text("a comment") for _ in range(reader.count("the number of comment lines of the block"))
    ]
    technique = reader.text("the technique")
    variables = [reader.text("an experimental variable") for _ in range(experiment.variables)]
    source_label = reader.text("the source label")
    photon = reader.known("the energy of the source")
    reader.skip(3, "strength and widths of the source")
    reader.skip(2, "angles of the source")
    mode = reader.text("the analyser mode")
    pass_energy = reader.known("the pass energy")
    reader.skip(1, "the magnification")
    work_function = reader.known("the work function")
    reader.skip(1, "the target bias")
    reader.skip(4, "width and angles of the analysis")
    label, transition = reader.text("the species"), reader.text("the transition")
    reader.skip(1, "the charge of the particle")
    axis, unit, start, step, pairs = _abscissa(reader, experiment)
    reader.skip(1, "the signal mode")
    dwell, scans = reader.known("the collection time"), reader.known("the number of scans")
    reader.skip(1, "the time correction")
    if technique in SPUTTERED and experiment.mode in ("MAPDP", "MAPSVDP", "SDP", "SDPSV"):
        reader.skip(7, "the sputtering source")
    reader.skip(3, "angles of the sample")
    reader.skip(3 * reader.count("the number of additional parameters"), "an additional parameter")
    reader.skip(experiment.future_block_entries, "a future block entry")
    table = _ordinates(reader, len(pairs))
    irregular = experiment.scan == "IRREGULAR"
    energy = table[:, 0] if irregular else start + step * np.arange(len(table))
    column = 1 if irregular else 0
    name = f"{label} {transition}".strip() if transition else region
    return RawSpectrum(
        energy=energy,
        intensity=table[:, column],
        axis=axis_of_words(axis),
        intensity_unit=_unit(pairs[column]),
        photon_energy=photon or None,
        region=name or region,
        sample=sample,
        pass_energy=pass_energy or None,
        work_function=work_function,
        dwell_time=dwell,
        scans=None if scans is None else max(1, round(scans)),
        start_time=_moment(moment, zone),
        technique=technique,
        metadata={
            "block": region,
            "source": source_label,
            "analyser mode": mode,
            "abscissa": f"{axis} [{unit}]",
            "comments": " | ".join(comments),
            "variables": " | ".join(variables),
            "number": str(number),
        },
    )


def _abscissa(
    reader: VamasLines, experiment: _Experiment
) -> tuple[str, str, float, float, list[tuple[str, str]]]:
    """Return label and unit of the abscissa, its start and step, and the columns as pairs of words."""
    if experiment.scan == "REGULAR":
        axis, unit = reader.text("the abscissa's label"), reader.text("its unit")
        start, step = reader.number("its start"), reader.number("its increment")
        how_many = reader.count("the number of columns", most=100)
    else:
        how_many = reader.count("the number of columns", most=100)
        axis, unit, start, step = "", "", 0.0, 0.0
    pairs = [(reader.text("a column's label"), reader.text("its unit")) for _ in range(how_many)]
    if experiment.scan == "IRREGULAR":
        if how_many < 2:
            raise DamagedFile(
                f"{reader.name}: an irregular scan with {how_many} column. Expected energies and intensities."
                " Export the file again."
            )
        axis, unit = pairs[0]
    if not pairs:
        raise DamagedFile(f"{reader.name}: line {reader.place}: no column. Expected an intensity.")
    return axis, unit, start, step, pairs


def _ordinates(reader: VamasLines, columns: int) -> Float[np.ndarray, "point column"]:
    total = reader.count("the number of values")
    reader.skip(2 * columns, "smallest and largest value of a column")
    if total < 2 * columns or total % columns:
        raise DamagedFile(
            f"{reader.name}: {total} values for {columns} columns. Expected as many of each, two at least."
            " The file was altered; export it again."
        )
    values = np.array([reader.number("an intensity") for _ in range(total)])
    return values.reshape(-1, columns)


def _unit(pair: tuple[str, str]) -> str:
    words, unit = pair[0].lower(), pair[1].lower()
    if unit in ("c/s", "cps", "counts/s") or "second" in words or "cps" in words or "/s" in words:
        return RATE
    return COUNTS if unit in ("d", "c", "counts", "") else ARBITRARY


def _moment(parts: list[int], zone: float) -> datetime | None:
    year, month, day, hour, minute, second = parts
    try:
        moment = datetime(year, month, day, max(hour, 0), max(minute, 0), max(second, 0))
    except ValueError:
        return None
    if -12.0 <= zone <= 14.0 and zone != 0.0 and hour >= 0:
        return moment.replace(tzinfo=timezone(timedelta(hours=zone)))
    return moment
