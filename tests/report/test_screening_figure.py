"""The figure of the design guide: what it draws, and the numbers beside it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lmct.protocol.screening import screen
from lmct.protocol.screening_map import KnownMaterial, ScreeningMap
from lmct.protocol.screening_numbers import SCREENED
from lmct.report.screening_figure import PANELS, screening_sheet
from lmct.report.sheet_file import write_sheet


@pytest.fixture(scope="module")
def found():
    return screen(covalences=[0.0, 0.2, 0.4], driving_forces=[0.0, 0.2, 0.4])


def test_every_panel_has_title_contours_and_axes_with_units(found):
    figure = screening_sheet(found).draw()
    assert [one.get_title() for one in figure.axes] == [title for title, _ in PANELS.values()]
    assert all(len(one.collections) >= 2 for one in figure.axes)
    assert {one.get_xlabel() for one in figure.axes[3:]} == {"Covalence $H$ (eV)"}
    assert figure.axes[0].get_ylabel() == "Driving force $U_M - U_O$ (eV)"


def material(name, covalence, force):
    return KnownMaterial(name, name, covalence, force, {"half_life": 1.0})


def test_materials_stand_at_their_places_close_ones_together_and_outsiders_not_at_all(found):
    known = (
        material("a", 0.1, 0.2),
        material("b", 0.101, 0.2),
        material("c", 0.39, 0.4),
        material("d", 0.9, 0.2),
    )
    figure = screening_sheet(dataclasses.replace(found, known=known)).draw()
    for axes in figure.axes:
        points = [tuple(line.get_xydata()[0]) for line in axes.lines]
        assert points == [(0.1, 0.2), (0.39, 0.4)]
        assert [text.get_text() for text in axes.texts if text.get_text() in ("1, 2", "3", "4")] == [
            "1, 2",
            "3",
        ]
    assert figure.get_supxlabel().split() == ["1", "a", "2", "b", "3", "c", "4", "d"]


def test_the_numbers_beside_it_are_those_of_every_set(found):
    columns = screening_sheet(found).columns
    for one in found.maps:
        for name, (unit, _) in SCREENED.items():
            assert columns[f"{name} ({one.parameter_set})"][0] == unit
    place = np.flatnonzero((columns["covalence"][1] == 0.2) & (columns["driving force"][1] == 0.4))
    key = f"half_life ({found.maps[0].parameter_set})"
    assert columns[key][1][place[0]] == found.maps[0].values["half_life"][2, 1]


def hatched(found):
    figure = screening_sheet(found).draw()
    return [any(getattr(one, "hatches", [None])[0] for one in axes.collections) for axes in figure.axes]


def test_only_panels_in_which_sets_disagree_are_hatched(found):
    first = found.maps[0]
    values = dict(first.values) | {"inversion_index": first.values["inversion_index"] + 0.5}
    second = ScreeningMap("rival", False, values, ())
    pair = dataclasses.replace(found, maps=(first, second))
    assert hatched(pair) == [name == "inversion_index" for name in PANELS]
    assert "rival" in screening_sheet(pair).caption
    assert not any(hatched(dataclasses.replace(found, maps=(first,))))


def test_a_map_without_values_says_so(found):
    blank = {name: np.full((3, 3), np.nan) for name in SCREENED}
    empty = dataclasses.replace(found, maps=(ScreeningMap("a", True, blank, ()),))
    figure = screening_sheet(empty).draw()
    assert all("no value" in [text.get_text() for text in axes.texts] for axes in figure.axes)
    same = blank | {"inversion_index": np.full((3, 3), 0.25)}
    flat = dataclasses.replace(found, maps=(ScreeningMap("a", True, same, ()),))
    assert screening_sheet(flat).draw()


def test_equal_figures_give_equal_files(found, tmp_path):
    first = {one.name: one.read_bytes() for one in write_sheet(screening_sheet(found), tmp_path / "a")}
    second = {one.name: one.read_bytes() for one in write_sheet(screening_sheet(found), tmp_path / "b")}
    assert first == second
    assert first["screening.pdf"].startswith(b"%PDF")
    assert b"<svg" in first["screening.svg"]
