"""Yields of thick samples through the options of a measurement: correction, inversion, depth."""

import numpy as np
import pytest

from lmct.instrument.absorption import AbsorptionScan
from lmct.quantity.errors import DataError, OutOfRange, UnknownName
from lmct.technique.absorption.analyse import analyse_record
from lmct.technique.absorption.request import request_from_options
from lmct.technique.absorption.spectrum import spectra_of_scans

xraydb = pytest.importorskip("xraydb", reason="needs the extra absorption")

FORMULA, DENSITY = "Li1.17Ti0.58Ni0.25O2", 4.0


def attenuation(energy, symbol=None, charge=None):
    """Attenuation by mass fractions, written here on its own [1/cm]."""
    content = {"Li": 1.17, "Ti": 0.58, "Ni": 0.25, "O": 2.0}
    mass = {"Li": 6.94, "Ti": 47.867, "Ni": 58.693, "O": 15.999}
    whole = sum(content[one] * mass[one] for one in content)
    return DENSITY * sum(
        content[one] * mass[one] / whole * xraydb.mu_elam(one, energy, kind="photo")
        for one in content
        if symbol is None or one == symbol
    )


def oxygen_scan(angle_in, angle_out, counts=1e7):
    """O K fluorescence of a thick sample whose oxygen has one strong line, from first principles."""
    energy = np.arange(505.0, 600.0, 0.2)
    edge = 543.1
    step = attenuation(np.array([545.0]), "O")[0] - attenuation(np.array([541.0]), "O")[0]
    shape = (
        0.5 + np.arctan((energy - edge) / 0.5) / np.pi + 1.5 * np.exp(-0.5 * ((energy - 531.0) / 1.0) ** 2)
    )
    others = attenuation(np.full(1, 541.0))[0] * (energy / 541.0) ** -2.7
    emitted = attenuation(np.array([524.9]))[0] * np.sin(np.radians(angle_in)) / np.sin(np.radians(angle_out))
    mine = step * shape
    clean = 0.3 * mine / (mine + others + emitted)
    measured = np.random.default_rng(2).poisson(counts * clean + 1.0) / counts
    return shape, AbsorptionScan(
        energy=energy,
        channels={"incident": np.ones(len(energy)), "fluorescence": measured},
        mode="fluorescence",
        element="O",
        edge="K",
        source_file="o.xdi",
    )


def prepared(scan, **options):
    windows = {"pre_edge": [-30.0, -18.0], "post_edge": [10.0, 50.0], "edge_energy": 543.1, "degree": 1}
    return spectra_of_scans([scan], request_from_options({**windows, **options}), series=False)[0]


@pytest.mark.parametrize("angles", [(45.0, 45.0), (80.0, 20.0)])
def test_self_absorption_is_taken_off_at_any_geometry(angles):
    shape, scan = oxygen_scan(*angles)
    line = np.argmin(np.abs(scan.energy - 531.0))
    raw = prepared(scan)
    assert "self-absorption" in raw.messages[-1]
    assert raw.absorption[line] < 0.97 * shape[line]
    found = prepared(scan, self_absorption=FORMULA, geometry=list(angles))
    assert found.absorption[line] == pytest.approx(shape[line], rel=0.03)
    assert abs(found.absorption[line] - shape[line]) < 0.4 * abs(raw.absorption[line] - shape[line])
    assert np.median(found.uncertainty) > 0.0
    assert FORMULA in found.messages[-1]


def nickel_scan():
    energy = np.arange(825.0, 900.0, 0.1)
    nickel = 6.0 * np.exp(-(((energy - 853.2) / 0.8) ** 2)) + 3.0 * np.exp(-(((energy - 870.8) / 1.1) ** 2))
    for share, place in ((2 / 3, 852.7), (1 / 3, 870.0)):
        nickel = nickel + share * (0.5 + np.arctan((energy - place) / 0.6) / np.pi)
    oxygen = 1.5 * (energy / 853.0) ** -2.7
    clean = oxygen / (oxygen + 0.8 * (energy / 853.0) ** -2.7 + nickel + 4.4)
    measured = np.random.default_rng(1).poisson(1e6 * clean) / 1e6
    channels = {"incident": np.ones(len(energy)), "fluorescence": measured}
    return nickel, AbsorptionScan(
        energy=energy, channels=channels, mode="fluorescence", element="Ni", edge="L3", source_file="ni.xdi"
    )


@pytest.mark.parametrize("more", [{}, {"edges": [852.7, 870.0]}])
def test_inverse_yield_is_a_mode(more):
    truth, scan = nickel_scan()
    found = spectra_of_scans([scan], request_from_options({"mode": "ipfy", **more}), series=False)[0]
    inside = (scan.energy > 849.0) & (scan.energy < 858.0)
    areas = [np.trapezoid(one[inside], scan.energy[inside]) for one in (found.absorption, truth)]
    assert areas[0] == pytest.approx(areas[1], rel=0.03)
    assert found.mode == "inverse_yield"
    assert any("inverse partial yield" in said for said in found.messages)


def test_depths_are_findings_in_the_order_of_their_modes():
    depths = {}
    _, scan = nickel_scan()
    for mode in ("ipfy", "tfy", "tey"):
        channels = {**scan.channels, "electron_yield": 1.0 / scan.channels["fluorescence"]}
        one = AbsorptionScan(
            energy=scan.energy, channels=channels, mode="electron_yield", element="Ni", edge="L3"
        )
        if mode == "tfy":
            one = AbsorptionScan(
                energy=scan.energy,
                channels={"incident": np.ones(len(scan.energy)), "fluorescence": nickel_scan()[0] + 0.2},
                mode="fluorescence", element="Ni", edge="L3",
            )  # fmt: skip
        measured = analyse_record(
            one, name="a", sample="lto", active_mass=None, condition={},
            options={"mode": mode, "formula": FORMULA, "density": DENSITY},
        )  # fmt: skip
        (found,) = [one for one in measured.findings if one.quantity == "probe_depth"]
        assert found.value.unit == "nm"
        depths[mode] = found.value.value
    into, out = attenuation(np.array([850.7]))[0], attenuation(np.array([524.9]))[0]
    assert depths["ipfy"] == pytest.approx(1e7 * np.sqrt(0.5) / (into + out), rel=0.01)
    assert depths["tey"] < 5.0 < 50.0 < min(depths["ipfy"], depths["tfy"])


def test_what_makes_no_sense_is_refused():
    _, scan = oxygen_scan(45.0, 45.0)
    with pytest.raises(DataError, match="holds O"):
        prepared(scan, self_absorption="TiN")
    with pytest.raises(OutOfRange, match="geometry"):
        request_from_options({"formula": FORMULA, "geometry": [45]})
    with pytest.raises(UnknownName, match="mode"):
        request_from_options({"mode": "tfi"})
    with pytest.raises(DataError, match="not understood"):
        prepared(scan, self_absorption="Qq2")
