import numpy as np
import pytest

from lmct.instrument.energy_loss import identify, read, write_msa
from lmct.quantity.errors import DamagedFile, OutOfRange, UnitMismatch, UnknownFormat

HEADER = """#FORMAT      : EMSA/MAS Spectral Data File
#VERSION     : 1.0
#NPOINTS     : {points}
#NCOLUMNS    : 1
#XUNITS      : {unit}
#YUNITS      : Counts
#DATATYPE    : {kind}
#XPERCHAN    : {step}
#OFFSET      : {start}
#SPECTRUM    :
"""


def written(folder, rows, *, points=None, unit="eV", kind="Y", step=0.5, start=400.0, name="a.msa"):
    path = folder / name
    head = HEADER.format(points=points or len(rows), unit=unit, kind=kind, step=step, start=start)
    path.write_text(head + "\n".join(rows) + "\n#ENDOFDATA   : \n")
    return path


def counted(number=20):
    return [str(100 + (7 * i) % 13) for i in range(number)]


def test_what_is_written_is_read(tmp_path, spectrum):
    write_msa(spectrum, tmp_path / "a.msa")
    again = read(tmp_path / "a.msa")
    assert identify(tmp_path / "a.msa") == again.format == "emsa-mas"
    np.testing.assert_allclose(again.energy, spectrum.energy, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(again.counts, spectrum.counts)
    assert again.acquisition == spectrum.acquisition
    assert again.warnings == ()
    assert len(again.source_sha256) == 64


def test_an_independent_reader_agrees(tmp_path, spectrum):
    msa = pytest.importorskip("rsciio.msa", reason="needs the extra energy-loss")
    write_msa(spectrum, tmp_path / "a.msa")
    (other,) = msa.file_reader(str(tmp_path / "a.msa"))
    np.testing.assert_array_equal(other["data"], spectrum.counts)
    assert other["axes"][0]["offset"] == pytest.approx(440.0)
    assert other["axes"][0]["scale"] == pytest.approx(0.3)
    assert other["axes"][0]["units"] == "eV"


def test_several_counts_on_a_line_and_pairs(tmp_path):
    rows = counted()
    joined = read(written(tmp_path, [", ".join(rows[:10]), ", ".join(rows[10:])], points=20))
    pairs = read(
        written(tmp_path, [f"{400 + 0.5 * i}, {row}" for i, row in enumerate(rows)], kind="XY", name="b.msa")
    )
    np.testing.assert_array_equal(joined.counts, pairs.counts)
    np.testing.assert_allclose(joined.energy, pairs.energy)


def test_kiloelectronvolts_are_converted(tmp_path):
    found = read(written(tmp_path, counted(), unit="keV", step=0.0005, start=0.4))
    np.testing.assert_allclose(found.energy[:2], [400.0, 400.5])


def test_kiloelectronvolts_under_the_unit_ev_are_refused(tmp_path):
    with pytest.raises(UnitMismatch, match="look like keV"):
        read(written(tmp_path, counted(), step=0.0005, start=0.4))


def test_a_cut_off_file_is_refused(tmp_path):
    with pytest.raises(DamagedFile, match=r"holds 20 counts\. Expected 2048"):
        read(written(tmp_path, counted(), points=2048))
    bare = tmp_path / "bare.msa"
    bare.write_text("#FORMAT      : EMSA/MAS Spectral Data File\n#NPOINTS : 20\n")
    with pytest.raises(DamagedFile, match="no line #SPECTRUM"):
        read(bare)


def test_words_among_counts_are_refused(tmp_path):
    with pytest.raises(DamagedFile, match="row 'overflow'"):
        read(written(tmp_path, [*counted(19), "overflow"]))


def test_uneven_energies_are_refused(tmp_path):
    rows = [f"{400 + 0.5 * i + (2.0 if i > 10 else 0.0)}, 5" for i in range(20)]
    with pytest.raises(OutOfRange, match="not evenly spaced"):
        read(written(tmp_path, rows, kind="XY"))


def test_no_unit_is_refused_unless_the_axis_is_given(tmp_path):
    path = written(tmp_path, counted(), unit="")
    with pytest.raises(UnitMismatch, match="exactly one axis in eV"):
        read(path)
    found = read(path, columns={"dispersion": 0.2, "first_energy": 500.0})
    np.testing.assert_allclose(found.energy[:2], [500.0, 500.2])


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("energy,counts\n1,2\n")
    with pytest.raises(UnknownFormat, match=r"Export it as \.msa"):
        read(path)
