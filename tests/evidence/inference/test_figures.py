from __future__ import annotations

import io

import numpy as np
import pytest

from lmct.evidence.inference import DerivedSamples, figures_of, posterior_of, predictive_of


@pytest.fixture
def sheets(line):
    likelihood = line()
    posterior = posterior_of(likelihood, seed=1, effort="quick")
    random = np.random.default_rng(0)
    derived = (
        DerivedSamples("shelf_life", "d", "25 degC", np.exp(random.standard_normal(100)), True),
        DerivedSamples("lmct_dissipation_share", "1", "", random.random(100), False),
    )
    return figures_of(posterior, predictive_of(likelihood, posterior, most=20), derived, title="line")


def test_every_figure_is_drawn_as_vectors_with_its_numbers(sheets):
    names = [sheet.name for sheet in sheets]
    assert names == [
        "posterior_corner",
        "prior_and_posterior",
        "predicted_cell_0",
        "predicted_cell_1",
        "derived_quantities",
    ]
    for sheet in sheets:
        stream = io.BytesIO()
        sheet.draw().savefig(stream, format="svg")
        assert b"<svg" in stream.getvalue()
        assert b"<image" not in stream.getvalue()
        assert sheet.columns


def test_axes_carry_units(sheets):
    labels = [axes.get_xlabel() for sheet in sheets for axes in sheet.draw().axes]
    assert "time [s]" in labels
    assert "[d]" in labels
    assert any("slope [1/f.u.]" in label for label in labels)


def test_unbounded_quantities_do_not_break_the_figure():
    from lmct.evidence.inference.figure import derived_sheet

    endless = DerivedSamples("shelf_life", "d", "", np.array([1.0, np.inf, np.nan, np.inf]), True)
    none = DerivedSamples("lmct_half_life", "s", "", np.full(4, np.nan), True)
    sheet = derived_sheet([endless, none])
    drawn = io.BytesIO()
    sheet.draw().savefig(drawn, format="svg")
    assert b"</svg>" in drawn.getvalue()
    assert sheet.columns
