from __future__ import annotations

import numpy as np
import pytest

from lmct.material.crystal.library import load
from lmct.technique.diffraction.diffractometer import laboratory_copper
from lmct.technique.diffraction.figure.measurements import MOST, sheets_of_measurements
from lmct.technique.diffraction.pattern_dataset import dataset_of_pattern
from lmct.technique.diffraction.rock_salt.fit import RockSaltEngine
from lmct.technique.diffraction.sequence.dataset import dataset_of_sequence
from tests.technique.diffraction.made_sequence import made_operando, measured
from tests.technique.diffraction.voigt_pattern import Truth, noisy


@pytest.fixture(scope="module")
def refined():
    pattern = noisy(Truth(), np.linspace(30.0, 100.0, 1401), 1)
    return RockSaltEngine(laboratory_copper(), load("li-ti-ni-o")).refine(pattern)


def test_a_pattern_is_drawn_with_the_numbers_that_were_fitted(refined):
    (sheet,) = sheets_of_measurements([measured("powder", "diffraction", dataset_of_pattern(refined))])
    assert sheet.paper_figure == "1c"
    assert "powder" in sheet.title
    for name in ("observed", "calculated", "background"):
        np.testing.assert_array_equal(sheet.columns[name][1], getattr(refined, name))
    figure = sheet.draw()
    drawn = [line.get_ydata() for line in figure.axes[0].lines]
    for name in ("observed", "calculated"):
        assert any(np.array_equal(line, getattr(refined, name)) for line in drawn)


def test_sequences_are_drawn_as_sequences_and_patterns_up_to_a_dozen(refined):
    pattern = dataset_of_pattern(refined)
    series = dataset_of_sequence(made_operando(scans=12))
    members = [measured(f"p{place}", "diffraction", pattern) for place in range(MOST + 3)]
    members.insert(MOST + 1, measured("operando", "diffraction", series))
    sheets = sheets_of_measurements(members)
    assert sum(sheet.name == "rietveld" for sheet in sheets) == MOST
    others = [sheet for sheet in sheets if sheet.name != "rietveld"]
    assert others
    for sheet in others:
        assert sheet.draw().axes
    alone = sheets_of_measurements([measured("operando", "diffraction", series)])
    assert [sheet.name for sheet in alone] == [sheet.name for sheet in others]
