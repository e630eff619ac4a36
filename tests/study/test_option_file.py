from __future__ import annotations

from pathlib import Path

import pytest

from lmct.quantity.errors import DataError
from lmct.study.layout import Study
from lmct.study.option_file import resolve_option_files


@pytest.fixture
def study(tmp_path):
    (tmp_path / "phases").mkdir()
    (tmp_path / "phases" / "rock.cif").write_text("data_rock")
    return Study(path=tmp_path / "study.toml", sha256="", name="test")


def test_files_become_absolute_and_hashed_names_stay(study, tmp_path):
    given = {"structure": "phases/rock.cif", "phases": ["nio", "phases/rock.cif"], "order": 3}
    found = resolve_option_files(study, given, "measurement 1")
    path = str(tmp_path / "phases" / "rock.cif")
    assert found.options == {"structure": path, "phases": ["nio", path], "order": 3}
    assert set(found.hashes) == {"phases/rock.cif"}
    first = found.hashes["phases/rock.cif"]
    Path(path).write_text("data_other")
    assert resolve_option_files(study, given, "measurement 1").hashes["phases/rock.cif"] != first


@pytest.mark.parametrize("name", ["phases/rack.cif", "../rock.cif", "/etc/rock.cif"])
def test_absent_and_outside_files_are_refused_with_the_entry_named(study, name):
    with pytest.raises(DataError, match="options of measurement 1"):
        resolve_option_files(study, {"structure": name}, "measurement 1")
