"""Real cycler files as a study: two EC-Lab files of one operando cell, with a placeholder mass."""

import os
from pathlib import Path

import pytest

from lmct.report import write_report
from lmct.study import run_study

DATA = Path(os.environ.get("LMCT_DATA", Path(__file__).parents[3] / "shared" / "data"))

pytestmark = [
    pytest.mark.files,
    pytest.mark.skipif(not DATA.is_dir(), reason="no real data: set LMCT_DATA to the folder that holds them"),
]


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text(
        f"""
[study]
name = "Operando LiNiO2"
roots = ["{DATA}"]
[[sample]]
name = "LiNiO2"
[[measurement]]
sample = "LiNiO2"
files = ["{DATA}/absorption/perex_rock/EC/*.mpt"]
active_mass = "10 mg"
[[measurement]]
sample = "LiNiO2"
files = ["{DATA}/cycling/navani/LICENSE.upstream"]
"""
    )
    return tmp_path


def test_operando_cell(study):
    result = run_study(study)
    assert [m.source_file.rsplit("/", 1)[1] for m in result.measurements] == [
        "220726cell4operandoxas_C06.mpt",
        "220726cell4operandoxascontinuation_C06.mpt",
    ]
    assert [failure.kind for failure in result.failures] == ["UnknownFormat"]
    assert all(m.provenance["active_mass"] == "10 mg" for m in result.measurements)
    assert any("7000 mg" in message.text for message in result.messages)
    capacity = next(f for f in result.measurements[0].findings if f.quantity == "charge_capacity")
    assert capacity.value.unit == "mAh/g"
    assert capacity.value.uncertainty > 0
    assert write_report(result).stat().st_size > 50_000
    again = run_study(study)
    assert (again.run.computed, again.run.reused) == (0, 2)
    assert again.measurements == result.measurements
