"""Athena projects, written: one group per scan, its reference as a group that it is linked with."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from lmct import __version__
from lmct.instrument.absorption.scan import INCIDENT, NORMALISED, UNCERTAINTY, AbsorptionScan

_HEAD = "# Athena project file -- Demeter version 0.9.26\n# This file created by lmct {version}\n\n"
_TAIL = "@journal = ();\n\n1;\n\n# Local Variables:\n# truncate-lines: t\n# End:\n"
_RECORD = "[record]   # create object and set arrays in ifeffit\n\n"


def write_athena(scans: Iterable[AbsorptionScan], path: str | Path, *, packed: bool = True) -> Path:
    """Write scans as an Athena project.

    Parameters
    ----------
    scans
        The scans.
    path
        The file, usually ending in .prj.
    packed
        Whether the text is compressed with gzip, as Athena does.

    Returns
    -------
    :
        The file.
    """
    parts = [_HEAD.format(version=__version__)]
    for number, scan in enumerate(scans):
        name, other = _group_name(2 * number), _group_name(2 * number + 1)
        reference = scan.reference()
        link = other if reference is not None else ""
        parts.append(_group(scan, name, scan.absorption(), scan.sample or f"scan {number}", link, whole=True))
        if reference is not None:
            label = f"  Ref {scan.sample or f'scan {number}'}"
            parts.append(_group(scan, other, reference, label, name, whole=False))
    text = "".join([*parts, _TAIL]).encode()
    path = Path(path)
    path.write_bytes(gzip.compress(text, mtime=0) if packed else text)
    return path


def _group_name(number: int) -> str:
    """Return a name of five letters, as Athena gives them.

    Examples
    --------
    >>> _group_name(27)
    'aaabb'
    """
    letters = ""
    for _ in range(5):
        number, rest = divmod(number, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _group(
    scan: AbsorptionScan,
    name: str,
    absorption: Float[np.ndarray, "point"],
    label: str,
    link: str,
    *,
    whole: bool,
) -> str:
    """Return the text of one group."""
    quoted = label.replace("\\", "\\\\").replace("'", "\\'")
    normalised = int(whole and NORMALISED in scan.channels and scan.normalised)
    args = (
        f"'label','{quoted}','tag','{name}','bkg_eshift',0,'bkg_z','{scan.element or 'H'}',"
        f"'fft_edge','{(scan.edge or 'K').lower()}','is_xmu',1,'is_chi',0,'is_nor',{normalised},"
        f"'datatype','xmu','referencegroup','{link}','npts',{len(scan.energy)}"
    )
    text = f"$old_group = '{name}';\n@args = ({args});\n{_array('x', scan.energy)}{_array('y', absorption)}"
    if whole and INCIDENT in scan.channels:
        text += _array("i0", scan.channels[INCIDENT])
    if whole and UNCERTAINTY in scan.channels:
        text += _array("stddev", scan.channels[UNCERTAINTY])
    return text + _RECORD


def _array(name: str, values: Float[np.ndarray, "point"]) -> str:
    return f"@{name} = (" + ",".join(f"'{value:.12g}'" for value in values) + ");\n"
