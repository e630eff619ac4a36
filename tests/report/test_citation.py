import re

import pytest

from lmct import __version__
from lmct.quantity.errors import UnknownName
from lmct.report import citations


def test_every_entry_is_well_formed():
    entries = citations()
    assert len({entry.key for entry in entries}) == len(entries) >= 12
    for entry in entries:
        assert entry.bibtex.startswith("@")
        assert entry.bibtex.count("{") == entry.bibtex.count("}")
        assert entry.topic in {"method", "electrode", "analysis", "files", "software"}
        assert re.search(r"^  title = \{", entry.bibtex, re.MULTILINE)


def test_the_paper_and_the_numerics_are_there():
    dois = re.findall(r"doi = \{([^}]+)\}", "".join(entry.bibtex for entry in citations()))
    assert {"10.1038/s41563-022-01278-2", "10.1007/s10543-023-00967-x", "10.1119/1.1632486"} <= set(dois)
    assert all(re.fullmatch(r"10\.\d{4,5}/\S+", doi) for doi in dois)


def test_topics():
    assert [entry.key for entry in citations(["method"])] == ["lmct", "Li2022"]
    assert __version__ in citations(["method"])[0].bibtex
    with pytest.raises(UnknownName, match="Did you mean 'electrode'"):
        citations(["electrod"])
