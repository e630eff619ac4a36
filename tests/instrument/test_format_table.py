"""Files of one kind of instrument: found by content, refused by name, one of several records chosen."""

from __future__ import annotations

import gzip
import hashlib
import re
import zipfile
from types import SimpleNamespace

import pytest

from lmct import __version__
from lmct.instrument import (
    absorption,
    cycler,
    diffraction,
    energy_loss,
    mass_spectrometer,
    photoemission,
)
from lmct.instrument.format_table import FormatTable, description_of, record_numbered
from lmct.instrument.source import opened
from lmct.quantity.errors import DamagedFile, DataError, OutOfRange, UnknownFormat

KINDS = (absorption, cycler, diffraction, energy_loss, mass_spectrometer, photoemission)


def made_format(name, word):
    """A format whose files begin with a word and hold the rest."""
    return SimpleNamespace(
        NAME=name,
        recognises=lambda source: source.text_head.startswith(word),
        read=lambda source: source.text().removeprefix(word),
    )


MAP = SimpleNamespace(NAME="column-map", read=lambda source, columns: source.text()[columns["from"] :])
TABLE = FormatTable(
    formats=(made_format("choosy", "spectrum of "), made_format("broad", "spectrum")),
    kind="spectrum",
    remedy="Name its columns.",
    column_map=MAP,
)


@pytest.fixture
def write(tmp_path):
    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_the_first_format_that_recognises_a_file_reads_it(write):
    assert TABLE.names == ("choosy", "broad")
    assert TABLE.identify(write("a.broad", "spectrum of nickel")) == "choosy"
    assert TABLE.identify(write("a.choosy", "spectrum: nickel")) == "broad"
    assert TABLE.read(write("a", "spectrum of nickel")).content == "nickel"


def test_what_is_read_is_named_and_hashed_as_the_user_gave_it(write):
    packed = gzip.compress(b"spectrum: nickel")
    found = TABLE.read(write("a.txt.gz", packed))
    assert (found.content, found.name, found.format) == (": nickel", "a.txt.gz", "broad")
    assert found.sha256 == hashlib.sha256(packed).hexdigest()
    assert found.reader == f"lmct {__version__}"


def test_a_column_map_goes_before_content_and_an_empty_one_is_none(write):
    path = write("a", "spectrum of nickel")
    mapped = TABLE.read(path, columns={"from": 9})
    assert (mapped.content, mapped.format) == ("of nickel", "column-map")
    assert TABLE.read(path, columns={}).format == "choosy"


def test_without_a_module_for_column_maps_the_content_decides(write):
    table = FormatTable(formats=TABLE.formats, kind="spectrum", remedy="Export it.")
    assert table.read(write("a", "spectrum of nickel"), columns={"from": 9}).format == "choosy"


def test_an_unknown_file_is_refused_with_what_it_is_what_was_expected_and_what_to_do(write):
    with pytest.raises(UnknownFormat) as refused:
        TABLE.read(write("a.txt", "Dear all,\nthe run went well"))
    assert str(refused.value) == (
        "a.txt is text that begins with 'Dear all,', no spectrum of a known format."
        " Expected one of: choosy, broad. Name its columns."
    )


MAGICS = ((b"%PDF", "a PDF document"),)
WORDS = ((re.compile("EMSA/MAS"), "an EMSA spectrum"), (re.compile("MAS"), "a mass"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4 EMSA/MAS", "a PDF document"),
        (b"#FORMAT : EMSA/MAS", "an EMSA spectrum"),
        (b"\n  the run \n2", "text that begins with 'the run'"),
        (b"x" * 99, f"text that begins with '{'x' * 60}'"),
        (b"\0\1\2 EMSA/MAS", r"binary data that begins with b'\x00\x01\x02 EMSA'"),
    ],
)
def test_what_a_foreign_file_seems_to_be(write, content, said):
    with opened(write("a", content)) as source:
        assert description_of(source, magics=MAGICS, words=WORDS) == said


def test_a_document_of_several_members_is_a_spreadsheet_or_archive(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with opened(path) as source:
        assert description_of(source, magics=((b"PK", "a zip"),)) == "a spreadsheet or archive"


@pytest.mark.parametrize("number", [-1, 2])
def test_a_record_that_is_not_there_is_named(number):
    with pytest.raises(OutOfRange, match=rf"a\.xdi has no scan {number}\. Expected 0 to 1\. Name one"):
        record_numbered("ab", number, path="folder/a.xdi", kind="scan")


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    """What holds for each kind of instrument, whatever its formats."""

    def test_a_foreign_text_is_described_and_every_format_named(self, kind, write):
        path = write("letter.txt", "Dear all, the run went well\n")
        for read in (kind.read, kind.identify):
            with pytest.raises(UnknownFormat) as refused:
                read(path)
            assert "letter.txt is text that begins with 'Dear all, the run went well'" in str(refused.value)
            assert ", ".join(kind.FORMATS) in str(refused.value)

    def test_an_empty_file_is_named(self, kind, write):
        with pytest.raises(DamagedFile, match=r"letter\.txt is empty"):
            kind.read(write("letter.txt", b""))

    def test_an_archive_that_is_cut_off_is_named(self, kind, write):
        cut = gzip.compress(b"Dear all, the run went well" * 99)[:60]
        with pytest.raises(DamagedFile, match=r"letter\.txt\.gz"):
            kind.read(write("letter.txt.gz", cut))

    def test_a_file_that_is_missing_is_named(self, kind, tmp_path):
        with pytest.raises(DataError, match="does not exist"):
            kind.identify(tmp_path / "none")

    def test_names_of_formats_are_unlike(self, kind):
        assert len(set(kind.FORMATS)) == len(kind.FORMATS) > 1
