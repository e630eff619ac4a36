import numpy as np
import pytest

from lmct.instrument.energy_loss import SpectrumImage
from lmct.instrument.energy_loss.check import checked
from lmct.instrument.energy_loss.raw import RawAxis, RawSpectra
from lmct.instrument.energy_loss.spectrum import Acquisition, NavigationAxis
from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, UnitMismatch


def counts_of(*shape):
    return np.random.default_rng(3).poisson(200.0, size=shape).astype(float)


def axes_of(*sizes, unit="eV", place=-1, step=0.5):
    axes = [RawAxis(name=f"n{i}", unit="nm", size=size, step=2.0, start=0.0) for i, size in enumerate(sizes)]
    axes[place] = RawAxis(name="loss", unit=unit, size=sizes[place], step=step, start=100.0)
    return tuple(axes)


def look(data, axes, **facts):
    return checked(
        RawSpectra(data=data, axes=axes, **facts), name="f", format_name="x", reader="r", columns={}
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_energies_are_found_by_unit_wherever_they_are(place):
    sizes = [3, 4, 5]
    sizes[place] = 40
    data = counts_of(*sizes)
    image = look(data, axes_of(*sizes, place=place))
    np.testing.assert_array_equal(image.counts, np.moveaxis(data, place, -1))
    assert [axis.size for axis in image.axes] == [size for i, size in enumerate(sizes) if i != place]
    assert all(axis.unit == "nm" for axis in image.axes)
    np.testing.assert_allclose(image.summed().counts, data.sum(axis=tuple({0, 1, 2} - {place})))


def test_two_energy_axes_or_none_are_refused():
    with pytest.raises(UnitMismatch, match="exactly one axis"):
        look(counts_of(40), axes_of(40, unit="channel"))
    with pytest.raises(UnitMismatch, match="exactly one axis"):
        look(counts_of(40, 40), (axes_of(40)[0], axes_of(40)[0]))


def test_falling_energies_are_turned_round():
    data = counts_of(40)
    found = look(data, axes_of(40, step=-0.5))
    assert found.energy[0] < found.energy[-1] == 100.0
    np.testing.assert_array_equal(found.counts, data[::-1])


def test_few_missing_counts_are_interpolated_many_refused():
    data = counts_of(10, 40)
    data[2, 7] = np.nan
    found = look(data, axes_of(10, 40))
    assert found.counts[2, 7] == pytest.approx((data[2, 6] + data[2, 8]) / 2)
    assert "1 counts were no numbers" in found.warnings[0]
    data[:5, ::3] = np.nan
    with pytest.raises(DamagedFile, match="are no numbers"):
        look(data, axes_of(10, 40))


def test_a_full_detector_is_flagged_with_its_energies():
    data = counts_of(40)
    data[10:15] = 65535.0
    found = look(data, axes_of(40))
    assert found.saturated == (105.0, 107.0)
    assert "full from 105 to 107 eV" in found.warnings[0]
    assert look(counts_of(40), axes_of(40)).saturated is None


def test_nothing_counted_and_impossible_axes_are_refused():
    with pytest.raises(DamagedFile, match="no count is above zero"):
        look(np.zeros(40), axes_of(40))
    with pytest.raises(OutOfRange, match="has 8 channels"):
        look(counts_of(8), axes_of(8))
    with pytest.raises(UnitMismatch, match="eV per channel"):
        look(counts_of(40), axes_of(40, step=50.0))


def test_beam_energies_in_volts_are_repaired_and_said():
    found = look(counts_of(40), axes_of(40), acquisition=Acquisition(beam_energy=300e6))
    assert found.acquisition.beam_energy == 300e3
    assert "300 kV" in found.warnings[0]


def test_records_refuse_what_does_not_fit():
    axis = NavigationAxis("x", "nm", 1.0, 0.0, 3)
    with pytest.raises(DataError, match="do not fit axes"):
        SpectrumImage(energy=np.arange(20.0), counts=counts_of(4, 20), axes=(axis,))
    with pytest.raises(DataError, match="must rise"):
        SpectrumImage(energy=np.arange(19.0), counts=counts_of(3, 20), axes=(axis,))


def test_blocks_cover_every_place_once(monkeypatch):
    monkeypatch.setattr("lmct.instrument.energy_loss.spectrum.BLOCK_BYTES", 8 * 40 * 3)
    image = look(counts_of(5, 4, 40), axes_of(5, 4, 40))
    blocks = list(image.blocks())
    assert [first for first, _ in blocks] == list(range(0, 20, 3))
    np.testing.assert_array_equal(np.vstack([block for _, block in blocks]), image.counts.reshape(20, 40))
    np.testing.assert_array_equal(image.at(3, 2).counts, image.counts[3, 2])
