"""Truth: an image built place by place, its left half of another composition and valence than its right."""

from dataclasses import replace

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from lmct.instrument.energy_loss import NavigationAxis, SpectrumImage
from lmct.instrument.energy_loss import spectrum as spectrum_module
from lmct.quantity.errors import OutOfRange
from lmct.technique.energy_loss.cross_section import SHELLS, continuum_of_shell
from lmct.technique.energy_loss.figure_maps import map_sheets
from lmct.technique.energy_loss.image_analysis import map_image
from lmct.technique.energy_loss.maps import binned

STEP = 0.5
ENERGY = np.arange(425.0, 1000.0, STEP)
NICKEL = {"low": ((853.2, 9.0), (870.5, 3.5)), "high": ((855.2, 9.0), (872.5, 3.5))}
AXES = (NavigationAxis("y", "nm", 0.5, 0.0, 8), NavigationAxis("x", "nm", 0.5, 10.0, 10))


def lines(places):
    return sum(area * np.exp(-0.5 * ((ENERGY - at) / 1.2) ** 2) / (1.2 * 2.5066) for at, area in places)


def edges(*, nickel, share):
    """Losses of one atom each: continuum of the shell, lines in units of its height."""
    parts = {
        "Ti": (0.58, lines(((459.5, 4.0), (465.0, 3.5)))),
        "O": (2.0, lines(((532.0, 3.0), (540.0, 6.0)))),
        "Ni": (nickel, share * lines(NICKEL["low"]) + (1.0 - share) * lines(NICKEL["high"])),
    }
    total = np.zeros(len(ENERGY))
    for element, (amount, shape) in parts.items():
        shell = SHELLS[element]
        one = continuum_of_shell(shell, ENERGY)
        total += amount * (one + shape * continuum_of_shell(shell, np.array([shell.onsets[-1] + 5.0]))[0])
    return STEP * total


def counted(random, counts, **truth):
    whole = 0.15 * (ENERGY / 425.0) ** -3.1 + edges(**truth)
    return random.poisson(whole * counts / whole[0])


@pytest.fixture(scope="module")
def image():
    random = np.random.default_rng(1)
    counts = np.array(
        [
            [
                counted(random, 3e3, nickel=0.25 if x < 5 else 0.45, share=0.8 if x < 5 else 0.3)
                for x in range(10)
            ]
            for _ in range(8)
        ],
        dtype=np.uint16,
    )
    return SpectrumImage(energy=ENERGY, counts=counts, axes=AXES)


@pytest.fixture(scope="module")
def references():
    random = np.random.default_rng(2)
    return {
        name: spectrum_module.EnergyLossSpectrum(
            energy=ENERGY, counts=counted(random, 2e7, nickel=0.3, share=share).astype(float)
        )
        for name, share in (("ni_2", 1.0), ("ni_4", 0.0))
    }


@pytest.fixture(scope="module")
def mapped(image, references):
    return {one.name: one for one in map_image(image, elements=["Ti", "O", "Ni"], references=references).maps}


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [("Ni/Ti", 0.25 / 0.58, 0.45 / 0.58), ("O/Ti", 2.0 / 0.58, 2.0 / 0.58), ("Ni ni_2", 0.8, 0.3)],
)
def test_each_place_has_its_own_truth_and_an_honest_uncertainty(mapped, name, left, right):
    one = mapped[name]
    truth = np.where(np.arange(10) < 5, left, right)[None]
    pulls = (one.value - truth) / one.uncertainty
    assert np.isfinite(pulls).mean() > 0.95
    assert 0.55 < np.nanmean(np.abs(pulls) < 1.0) < 0.81
    assert abs(np.nanmean(pulls)) < 0.5


def test_noise_asks_for_binning_and_binning_helps():
    random = np.random.default_rng(9)
    axes = tuple(replace(one, size=12) for one in AXES)
    rows = [[counted(random, 60, nickel=0.25, share=0.5) for _ in range(12)] for _ in range(12)]
    image = SpectrumImage(energy=ENERGY, counts=np.array(rows, dtype=np.uint16), axes=axes)
    noisy, again = (
        next(one for one in map_image(seen, elements=["Ti", "O", "Ni"]).maps if one.name == "Ni/Ti")
        for seen in (image, binned(image, 3))
    )
    assert noisy.binning > 1
    assert again.relative_uncertainty == pytest.approx(noisy.relative_uncertainty / 3.0, rel=0.15)
    summed = binned(image, noisy.binning)
    assert summed.axes[1].start == 10.0 + 0.25 * (noisy.binning - 1)
    assert summed.counts[0, 0].sum() == image.counts[: noisy.binning, : noisy.binning].sum()
    with pytest.raises(OutOfRange, match="Expected 1 or more"):
        binned(image, 0)


def test_memory_is_bounded_and_blocks_change_nothing(image, mapped, monkeypatch):
    sizes = []
    monkeypatch.setattr(spectrum_module, "BLOCK_BYTES", 8 * len(ENERGY) * 7)
    blocks = SpectrumImage.blocks

    def watched(self):
        for first, block in blocks(self):
            sizes.append(len(block))
            yield first, block

    monkeypatch.setattr(SpectrumImage, "blocks", watched)
    found = next(one for one in map_image(image, elements=["Ti", "O", "Ni"]).maps if one.name == "Ni/Ti")
    np.testing.assert_allclose(found.value, mapped["Ni/Ti"].value, rtol=1e-9)
    assert max(sizes) == 7


def test_places_without_signal_stay_empty(image):
    counts = image.counts.astype(float)
    counts[0, 0] = np.random.default_rng(3).poisson(3e3 * (ENERGY / 425.0) ** -3.1)
    holed = SpectrumImage(energy=ENERGY, counts=counts, axes=AXES)
    found = map_image(holed, elements=["Ti", "O", "Ni"]).maps[0]
    assert np.isnan(found.value[0, 0])
    assert np.isfinite(found.value[3, 3])


def test_figures_of_maps_and_profiles(image, mapped):
    (sheet, *others) = map_sheets(list(mapped.values()), "an image")
    assert len(others) == len(mapped) - 1
    assert len(sheet.draw().axes) == 4
    assert sheet.columns["Ni/Ti" if "Ni/Ti" in sheet.columns else "O/Ti"][1].shape == (80,)
    line = SpectrumImage(energy=ENERGY, counts=image.counts[0], axes=AXES[1:])
    profile = map_sheets(map_image(line, elements=["Ti", "O", "Ni"]).maps[:1], "a line")[0].draw()
    assert len(profile.axes[0].lines[0].get_xdata()) == 10


def test_command(image, references, monkeypatch):
    from lmct.cli.eels import app
    from lmct.instrument import energy_loss

    small = SpectrumImage(
        energy=ENERGY, counts=image.counts[:4, :4], axes=tuple(replace(one, size=4) for one in AXES)
    )
    records = {"image.dm4": small, "low.msa": references["ni_2"], "high.msa": references["ni_4"]}
    monkeypatch.setattr(energy_loss, "read", lambda path: records[path.name])
    runner = CliRunner()
    typer.main.get_command(app)
    words = ["quantify", "image.dm4", "--maps", "--bin", "2", "--json"]
    words += ["--reference", "ni_2=low.msa", "--reference", "ni_4=high.msa"]
    done = runner.invoke(app, words)
    assert done.exit_code == 0, done.output
    assert '"Ni ni_2"' in done.output
    assert '"element_ratio"' in done.output
    with pytest.raises(spectrum_module.DataError, match="is one spectrum"):
        runner.invoke(app, ["quantify", "low.msa", "--maps"], catch_exceptions=False)
