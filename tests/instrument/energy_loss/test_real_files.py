import numpy as np
import pytest

from lmct.instrument.energy_loss import EnergyLossSpectrum, SpectrumImage, identify, read
from lmct.quantity.errors import DamagedFile, DataError, UnknownFormat

pytestmark = pytest.mark.files
IMAGE = "multimodal_eels/TM/TM+O EELS Spectrum Image.dm3"


def test_the_image_sums_to_the_spectrum_its_authors_extracted(microscope):
    image = read(microscope / IMAGE)
    authors = read(microscope / "multimodal_eels/TM/Extracted Spectrum 1.msa")
    assert isinstance(image, SpectrumImage)
    assert image.counts.shape == (2, 21, 2048)
    assert image.dispersion == pytest.approx(0.3, abs=1e-6)
    assert [axis.unit for axis in image.axes] == ["µm", "µm"]
    assert np.corrcoef(image.summed().counts, authors.counts)[0, 1] > 0.9999
    assert authors.acquisition.beam_energy == 300e3


@pytest.mark.parametrize(
    ("file", "kind", "first", "step"),
    [
        ("exspy/coreloss_spectrum.msa", EnergyLossSpectrum, 360.0, 0.2),
        ("exspy/lowloss_spectrum.msa", EnergyLossSpectrum, -40.0, 0.2),
        ("hyperspy_workshop/LSMO_linescan.hspy", SpectrumImage, 428.5, 0.5),
        ("nomad_eelsdb/test_3_data.msa", EnergyLossSpectrum, 510.0, 0.1),
        ("rosettasciio/EELS_SI.dm4", SpectrumImage, 300.0, 1.0),
        ("rosettasciio/test-EELS_spectrum.dm3", EnergyLossSpectrum, -100.0, 0.5),
    ],
)
def test_files_of_other_brands(microscope, file, kind, first, step):
    found = read(microscope / file)
    assert isinstance(found, kind)
    assert found.energy[0] == pytest.approx(first)
    assert found.dispersion == pytest.approx(step, rel=1e-6)


def test_angles_are_kept(microscope):
    taken = read(microscope / "hyperspy_workshop/LSMO_linescan.hspy").acquisition
    assert (taken.beam_energy, taken.convergence_angle, taken.collection_angle) == (80e3, 27.42, 33.19)


@pytest.mark.parametrize("file", ["multi_signal.dm3", "test_STEM_image.dm3", "test_diffraction_pattern.dm3"])
def test_images_are_refused(microscope, file):
    with pytest.raises(UnknownFormat, match="no axis with the unit eV"):
        read(microscope / "rosettasciio" / file)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_cut_off_files_are_refused(microscope, tmp_path, share):
    whole = (microscope / IMAGE).read_bytes()
    path = tmp_path / "cut.dm3"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DamagedFile, match="cut off"):
        read(path)


def test_cut_off_hdf5_is_refused(microscope, tmp_path):
    whole = (microscope / "hyperspy_workshop/LSMO_linescan.hspy").read_bytes()
    path = tmp_path / "cut.hspy"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedFile, match="cannot be read"):
        read(path)


def test_damaged_bytes_never_end_in_a_traceback(microscope, tmp_path):
    whole = bytearray((microscope / "rosettasciio/test-EELS_spectrum.dm3").read_bytes())
    random = np.random.default_rng(5)
    path = tmp_path / "bad.dm3"
    for _ in range(25):
        broken = bytearray(whole)
        for place in random.integers(16, 4000, size=6):
            broken[place] = int(random.integers(256))
        path.write_bytes(bytes(broken))
        try:
            read(path)
        except DataError:
            continue


def test_formats_are_found_by_content(microscope, tmp_path):
    copy = tmp_path / "renamed.txt"
    copy.write_bytes((microscope / IMAGE).read_bytes())
    assert identify(copy) == "digital-micrograph"
    assert read(copy).counts.shape == (2, 21, 2048)
