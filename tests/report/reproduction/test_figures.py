import csv

import numpy as np
import pytest

from lmct.protocol.hysteresis import PROCESSES
from lmct.quantity.errors import UnknownName
from lmct.report.hysteresis_figure import words_of
from lmct.report.reproduction.budget_panel import budget_panel
from lmct.report.reproduction.curve import curve_of_step
from lmct.report.reproduction.figures import PANELS, PLATES, plates
from lmct.report.reproduction.panel import draw_plate, write_plate
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.titration_panels import label_of


@pytest.fixture(scope="module")
def runs():
    return PaperRuns()


def column(panel, name):
    return panel.columns[name][1]


def test_every_panel_stands_on_one_plate():
    assert sorted(panel for panels in PLATES.values() for panel in panels) == sorted(PANELS)


@pytest.mark.parametrize("name", ["1ac", "1b", "2a", "2bc", "3", "5", "4", "6", "S27", "mechanism", "budget"])
def test_plates_are_170_mm_wide_and_nothing_leaves_them(runs, name):
    figure = draw_plate(plates(runs, name)[0])
    assert figure.get_figwidth() * 25.4 == pytest.approx(170.0)
    figure.canvas.draw()
    drawn = figure.get_tightbbox()
    assert min(drawn.x0, drawn.y0) > -0.01
    assert drawn.x1 < figure.get_figwidth() + 0.01
    assert drawn.y1 < figure.get_figheight() + 0.01


def test_a_panel_alone_is_one_column_wide(runs):
    (plate,) = plates(runs, "Fig. 4a")
    assert draw_plate(plate).get_figwidth() * 25.4 == pytest.approx(85.0)


@pytest.mark.parametrize("name", ["6F", "Fig. 6f", "figure 6f", "Fig 6f"])
def test_figures_are_named_as_people_write_them(runs, name):
    assert [panel.id for panel in plates(runs, name)[0].panels] == ["6f"]


def test_an_unknown_figure_is_refused(runs):
    with pytest.raises(UnknownName, match="4a"):
        plates(runs, "4aa")


def test_files_of_a_plate(runs, tmp_path):
    drawing = write_plate(plates(runs, "6")[0], tmp_path)
    assert drawing.name == "figure_6.svg"
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "figure_6.svg",
        "figure_6.png",
        *(f"figure_{one}.csv" for one in PLATES["6"]),
    }
    rows = list(csv.reader((tmp_path / "figure_6f.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0][:2] == ["fraction left", "open-circuit voltage"]
    assert float(rows[2][0]) == pytest.approx(runs.fractions_and_voltages[0][0])
    before = drawing.read_bytes()
    assert write_plate(plates(runs, "6")[0], tmp_path).read_bytes() == before


def test_the_histogram_holds_the_plateaus(runs):
    panel = PANELS["4a"](runs)
    np.testing.assert_array_equal(column(panel, "portion")[[0, 1, -1]], ["no heating", "25 °C", "140 °C"])
    np.testing.assert_allclose(
        column(panel, "Ni plateau, 4.5-2.5 V"), [one.metal for one in runs.by_temperature]
    )
    assert column(panel, "capacity (60 °C)")[-1] == pytest.approx(
        runs.by_temperature[3].metal + runs.by_temperature[3].oxygen
    )


def test_labels_of_the_time_series(runs):
    labels = [label_of(one, "time") for one in (runs.in_cycling, *runs.by_time)]
    assert labels == ["in cycling", "0 s", "90 s", "10 min", "1 h", "4 h", "24 h"]


def test_the_marked_states_of_figure_2a(runs):
    panel = PANELS["2a"](runs)
    capacity = column(panel, "capacity of the marked state")
    voltage = column(panel, "voltage of the marked state")
    assert np.all(np.diff(capacity) > 0)
    assert voltage[[2, 4]] == pytest.approx([4.8, 2.0], abs=1e-6)
    assert voltage[3] == pytest.approx(2.5, abs=0.05)
    passed = column(panel, "capacity passed")
    holes = np.interp(capacity, passed, column(panel, "nickel holes"))
    assert holes.argmax() == 1


def test_dqdv_integrates_to_the_capacity(runs):
    for step, sign in ((2, 1.0), (3, -1.0)):
        curve = curve_of_step(runs.openings[4.4], step)
        assert np.trapezoid(curve.density, curve.grid) == pytest.approx(sign * curve.capacity[-1], rel=1e-3)


def test_the_budget_sums_to_the_loop_area(runs):
    panel = budget_panel(runs)
    stacked = sum(column(panel, words_of(process)) for process in PROCESSES)
    area = column(panel, "loop area")
    np.testing.assert_allclose(stacked + column(panel, "stored"), area, rtol=1e-6)
    np.testing.assert_allclose(column(panel, "stored"), 0.0, atol=0.01 * area.max())
    charge, discharge = runs.two_cycles.steps[2:]
    whole = charge.mean_voltage * charge.capacity_mah_g + discharge.mean_voltage * discharge.capacity_mah_g
    assert area[1] == pytest.approx(whole, rel=1e-3)
    assert area[1] == pytest.approx(area[-1], rel=1e-6)  # the second cycle, twice in the figure


def test_figure_3b_is_figure_3d_in_time(runs):
    in_time, loop = PANELS["3b"](runs), PANELS["3d"](runs)
    whole = sum(segment.duration for segment in runs.two_cycles.segments) / 3600.0
    assert column(in_time, "time")[-1] == pytest.approx(whole)
    words = [f"{word} {cycle}" for cycle in (1, 2) for word in ("charge", "discharge")]
    pieces = np.concatenate([column(loop, f"lattice parameter ({word})") for word in words])
    np.testing.assert_array_equal(pieces, column(in_time, "lattice parameter"))
    assert column(loop, "x in Li_x (charge 1)")[-1] == pytest.approx(
        runs.parameters.lithium - runs.two_cycles.segments[0].end.lithium_extracted
    )
    np.testing.assert_array_equal(column(loop, "lattice parameter at rest (paper)"), [4.141, 4.162])


def test_the_mechanism_adds_up_to_the_current_while_oxygen_is_reduced(runs):
    panel = PANELS["mechanism"](runs)
    made = column(panel, "O holes by LMCT") + column(panel, "O holes directly")
    capacity = column(panel, "capacity passed")
    start = runs.two_cycles.steps[0].capacity_mah_g
    middle = start + 0.85 * (capacity[-1] - start)
    assert np.interp(middle, capacity, made) == pytest.approx(-20.0, abs=1.0)
    left = column(panel, "Ni holes left")
    assert left[0] == pytest.approx(1.0, abs=0.02)
    assert np.all(np.diff(left) <= 1e-9)
