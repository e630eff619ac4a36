from __future__ import annotations

import numpy as np
import pytest

from lmct.technique.electrochemistry import analyse as technique
from lmct.technique.figure_style import evenly_chosen, new_figure, ordered_colours, slug

HOLDS = {90.0: 80.0, 3600.0: 50.0, 86400.0: 20.0}


@pytest.fixture
def campaign(record, plateaus, analyse):
    random = np.random.default_rng(0)
    cells = []
    for hold, metal in {0.0: 100.0, **HOLDS}.items():
        condition = {"hold_time": hold, "hold_temperature": 393.15} if hold else {"hold_time": 0.0}
        for number in range(3):
            rest = 3.74 + 5e-3 * metal + 1e-3 * random.standard_normal()
            one = record(
                (0.25, lambda s, v=rest: v, 0.0), (12.5, plateaus(metal, 250.0 - metal), -2e-2), noise=1e-4
            )
            mass = 1.0 + 0.02 * random.standard_normal()
            cells.append(
                analyse(
                    one, name=f"{hold:g} s {number}", sample=f"{hold:g} s", mass=mass, condition=condition
                )
            )
    return cells


def sheets_of(kind, cells):
    if kind == "figures":
        return technique.figures(cells)
    return technique.GROUP_ANALYSES[kind](cells, {}).figures


@pytest.mark.parametrize(
    ("kind", "count"), [("figures", 4), ("titration", 2), ("equilibrium_potential", 2), ("relaxation", 1)]
)
def test_sheets_draw_and_hold_their_numbers(campaign, kind, count, tmp_path):
    sheets = sheets_of(kind, campaign)
    assert len(sheets) == count
    assert len({sheet.name for sheet in sheets}) == count
    for sheet in sheets:
        figure = sheet.draw()
        width = figure.get_size_inches()[0] * 25.4
        assert width == pytest.approx(85.0) or width == pytest.approx(170.0)
        for axes in figure.axes:
            assert "(" in axes.get_xlabel()
            assert axes.get_ylabel()
        figure.savefig(tmp_path / f"{sheet.name}.svg")
        assert sheet.caption.endswith((".", "."))
        assert all(len(np.shape(array)) == 1 for _, array in sheet.columns.values())


def test_cells_without_a_mass_are_not_drawn_on_the_axis_of_those_with_one(record, plateaus, analyse):
    cells = [
        analyse(record((10.0, plateaus(100.0, 100.0), -2e-2)), name=f"cell {mass}", sample="one", mass=mass)
        for mass in (1.0, None)
    ]
    first, second = technique.figures(cells)
    assert {unit for unit, _ in first.columns.values()} == {"mAh/g", "V", "mAh/g/V"}
    assert {unit for unit, _ in second.columns.values()} == {"mAh", "V", "mAh/V"}
    assert first.name != second.name


def test_histogram_shows_mean_and_deviation_of_the_cells(campaign):
    (sheet, _) = sheets_of("titration", campaign)
    unit, metal = sheet.columns["metal plateau"]
    assert unit == "mAh/g"
    assert metal == pytest.approx([100.0, 80.0, 50.0, 20.0], rel=0.05)
    cells = [
        f.value.value for m in campaign[:3] for f in m.findings if f.quantity == "metal_plateau_capacity"
    ]
    assert sheet.columns["metal plateau, s.d. of cells"][1][0] == pytest.approx(np.std(cells, ddof=1))
    figure = sheet.draw()
    inset = figure.axes[0].child_axes[0]
    assert [bar.get_height() for bar in inset.patches[:4]] == pytest.approx(metal)


def test_line_of_the_figure_is_the_fitted_one(campaign):
    _, sheet = sheets_of("equilibrium_potential", campaign)
    finding = technique.GROUP_ANALYSES["equilibrium_potential"](campaign, {}).findings[0]
    assert sheet.columns["voltage (line)"][1][0] == pytest.approx(finding.value.value)
    assert str(finding.value) in sheet.title


def test_discharges_are_drawn_downwards_in_dqdv(campaign):
    sheet = technique.figures(campaign)[0]
    density = next(array for name, (_, array) in sheet.columns.items() if name.startswith("dQ/dV ("))
    assert density.max() <= 0.0
    assert density.min() < 0.0


def test_cells_of_a_large_sample_are_thinned(campaign):
    from dataclasses import replace

    many = [replace(campaign[0], name=f"c{k}") for k in range(40)]
    (sheet,) = technique.figures(many)
    assert "12 of 40 cells are shown" in sheet.caption


def test_colours_are_distinct_and_ordered_in_lightness():
    colours = ordered_colours(6)
    levels = [
        sum(w * int(one[i : i + 2], 16) for w, i in ((0.3, 1), (0.59, 3), (0.11, 5))) for one in colours
    ]
    assert levels == sorted(levels)
    assert len(set(colours)) == 6


def test_names_of_files_are_safe():
    assert slug("../140 °C/90 s") == "140_c_90_s"
    assert slug("°") == "unnamed"


def test_thinning_keeps_both_ends():
    assert evenly_chosen(range(7), 3) == [0, 3, 6]
    assert evenly_chosen(range(2), 3) == [0, 1]


def test_figures_do_not_touch_pyplot():
    import sys

    new_figure()
    assert "matplotlib.pyplot" not in sys.modules
