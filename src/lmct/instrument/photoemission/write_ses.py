"""A spectrum as a text file of Scienta SES."""

from __future__ import annotations

from pathlib import Path

from lmct.instrument.photoemission.spectrum import COUNTS, PhotoemissionSpectrum


def write_ses_text(spectrum: PhotoemissionSpectrum, path: str | Path) -> Path:
    """Write one region; binding energies fall as the analyser scans them.

    Parameters
    ----------
    spectrum
        The spectrum.
    path
        The file; its folder must exist.

    Returns
    -------
    :
        The path.
    """
    energy, intensity = spectrum.binding_energy[::-1], spectrum.intensity[::-1]
    scale = " ".join(f"{value:.10g}" for value in energy)
    lines = ["[Info]", "Number of Regions=0001", "Version=1.3.1", "", "[Region 1]"]
    lines += [f"Region Name={spectrum.region}", "Dimension 1 name=Binding Energy [eV]"]
    lines += [f"Dimension 1 size={len(energy)}", f"Dimension 1 scale={scale}", "", "[Info 1]"]
    lines += [f"Region Name={spectrum.region}"]
    lines += _setting("Pass Energy", spectrum.pass_energy)
    lines += [f"Number of Sweeps={spectrum.scans or 1}"]
    lines += _setting("Excitation Energy", spectrum.photon_energy)
    lines += ["Energy Scale=Binding", "Acquisition Mode=Swept", "Energy Unit=Kinetic"]
    lines += _setting("Step Time", None if spectrum.dwell_time is None else 1000.0 * spectrum.dwell_time)
    lines += [f"Sample={spectrum.sample}"]
    if spectrum.start_time is not None:
        lines += [f"Date={spectrum.start_time:%Y-%m-%d}", f"Time={spectrum.start_time:%H:%M:%S}"]
    lines += [f"DetectorMode={'Pulse Counting' if spectrum.intensity_unit == COUNTS else 'ADC'}", ""]
    lines += ["[Data 1]"]
    lines += [f"  {x:.10g}  {float(y)!r}" for x, y in zip(energy, intensity, strict=True)]
    path = Path(path)
    path.write_text("\r\n".join([*lines, ""]), encoding="utf-8", newline="")
    return path


def _setting(name: str, value: float | None) -> list[str]:
    return [] if value is None else [f"{name}={value:.10g}"]
