import base64
import dataclasses
import math
import re
from html.parser import HTMLParser

import pytest
from matplotlib.figure import Figure

from lmct.evidence import Comparison, Truth, compare
from lmct.quantity import Finding, Value
from lmct.report import page, picture, table, wording, write_report
from lmct.study import Message

VOID = {"meta", "img", "br"}


class Checker(HTMLParser):
    """Collects tags, visible text and addresses, and notices tags that are not closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.addresses, self.text = [], [], [], ""

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.text += " "

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data


def parsed(html):
    checker = Checker()
    checker.feed(html)
    assert checker.open == []
    checker.text = re.sub(r"\s+", " ", checker.text)
    return checker


def test_page_is_whole_and_self_contained(result):
    path = write_report(result)
    assert path == result.study.results / "report.html"
    content = parsed(path.read_text(encoding="utf-8"))
    assert "script" not in content.tags
    assert "link" not in content.tags
    assert all(address.startswith("data:image/") for address in content.addresses)
    svg = base64.b64decode(content.addresses[0].split(",")[1])
    assert svg == (result.study.results / "figures/titration__v.svg").read_bytes()


def test_texts_from_files_are_escaped(result, failure):
    html = page.html(dataclasses.replace(result, failures=(failure,)))
    for harmful in ("<script>", "<img src=x>", "<here>", "<i>", "<at>", "<b>."):
        assert harmful not in html
    assert "Titration <script>alert(1)</script>" in parsed(html).text


def test_order_of_the_page(result, failure):
    text = parsed(page.html(dataclasses.replace(result, failures=(failure,)))).text
    marks = (
        "Is it LMCT?",
        "1 failure, listed below",
        "What failed",
        "raw/bad.mpt",
        "Two cells only.",
        "What was concluded",
        "Samples and measurements",
        "Charge at 20 mA/g until 4.5 V",
        "3.74(2) V",
        "Provenance",
        "lmct study .",
    )
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_conclusions_name_value_and_files(result):
    text = parsed(page.html(result)).text
    assert "metal plateau capacity [mAh/g]" in text
    assert "120.0(5) mAh/g" in text
    assert "3 files" in text
    assert "raw/c.mpt 01234567" in text
    assert "pooled s.d." in text
    assert "As Fig. 4a of Li et al. 2022" in text
    assert "1 file of 1 sample analysed; nothing failed." in text


def test_comparison_with_the_truth(result):
    truths = [Truth("metal_plateau_capacity", "dried", 121.1, "mAh/g"), Truth("yield", "dried", 1.0)]
    content = parsed(page.html(result, compare(result.conclusions, truths)))
    assert "0 of 2 truths lie inside the 68 % interval, 0 inside the 95 % interval" in content.text
    assert "121.1 mAh/g 120.0(5) mAh/g -2.2" in content.text
    assert "not found" in content.text
    assert "Found against the truth" not in parsed(page.html(result)).text


def test_long_studies_are_cut_and_say_so(result, monkeypatch):
    monkeypatch.setattr(page, "MOST_DETAILS", 2)
    monkeypatch.setattr(page, "MOST_MESSAGES", 7)
    many = dataclasses.replace(
        result,
        measurements=result.measurements * 5,
        messages=tuple(Message(f"file {k}", f"odd {k}.") for k in range(9)),
    )
    content = parsed(page.html(many))
    assert "The first 2 of 5 measurements are shown" in content.text
    assert content.text.count("hold time 90 s") == 2
    assert "2 further remarks" in content.text
    assert "2 more are in findings.sqlite" in content.text
    assert "odd 7." not in content.text


def test_a_very_large_drawing_becomes_a_png(result, monkeypatch):
    monkeypatch.setattr(picture, "LARGEST_DRAWING", 10)
    assert parsed(page.html(result)).addresses[0].startswith("data:image/png;base64,")


def test_grid_only_where_it_says_more():
    def finding(quantity, sample, condition=""):
        return Finding(quantity, Value(1.0, 0.1, "V"), sample, condition=condition)

    findings = [finding("a", "x"), finding("b", "x"), finding("a", "y")]
    grid = table.grid_of(findings)
    assert grid.columns == ("a [V]", "b [V]")
    assert grid.lines == (("x", ("1.00(10)", "1.00(10)")), ("y", ("1.00(10)", "")))
    assert grid.head == "Sample"
    assert table.grid_of([finding("a", "", "x"), finding("b", "", "y")]).head == "Condition"
    assert table.grid_of(findings[:2]) is None
    assert table.grid_of([finding("a", "x"), finding("a", "y")]) is None
    assert table.grid_of([*findings, finding("a", "x")]) is None
    assert table.grid_of([*findings, finding("a", "x", "cycle 2")]).lines[2][0] == "x · cycle 2"


@pytest.mark.parametrize(
    ("seconds", "uncertainty", "text"),
    [
        (90.0, 5.0, "90(5) s"),
        (119.0, 5.0, "119(5) s"),
        (600.0, 60.0, "10.0(1.0) min"),
        (-14400.0, 360.0, "-4.00(10) h"),
        (0.0, 864000.0, "0(10) d"),
        (math.nan, 1.0, "nan s"),
    ],
)
def test_times_in_units_that_people_use(seconds, uncertainty, text):
    assert str(wording.readable(Value(seconds, uncertainty, "s"))) == text


def test_other_units_stay():
    assert wording.readable(Value(90000.0, 1.0, "mAh/g")) == Value(90000.0, 1.0, "mAh/g")


def test_series_come_before_samples():
    series, sample = Finding("a", Value(1, 1)), Finding("b", Value(1, 1), "dried")
    assert table.parts_of([sample, series]) == [[series], [sample]]
    assert table.parts_of([]) == []


def test_deviations_by_sample_and_quantity():
    found = [Finding("a_b", Value(1, 1), "x"), Finding("c", Value(1, 1), "y"), Finding("d", Value(1, 1))]
    truths = [Truth("a_b", "x", 0), Truth("c", "y", 0), Truth("d", "", 0)]
    rows = compare(found, truths)
    grid = table.deviations_of(rows)
    assert grid.columns == ("a b", "c")
    assert grid.lines == (("x", (rows[0], None)), ("y", (None, rows[1])))


@pytest.mark.parametrize(("inches", "wide"), [(3.35, False), (6.69, True)])
def test_wide_figures_take_the_whole_page(result, inches, wide):
    figure = Figure(figsize=(inches, 1))
    figure.savefig(result.study.results / "figures/titration__v.svg")
    (drawn,) = picture.pictures_of(result.analyses[0].figures, result.study.results / "figures")
    assert drawn.is_wide == wide
    assert ('class="whole"' in page.html(result)) == wide


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("hold_temperature", 413.15, "hold temperature 140 °C"),
        ("hold_time", 90.0, "hold time 90 s"),
        ("hold_time", 60.0, "hold time 1 min"),
        ("hold_time", 1800.0, "hold time 30 min"),
        ("hold_time", 86400.0, "hold time 1 d"),
        ("hold_time", 0.0, "hold time 0 s"),
        ("charge_voltage", 4.5, "charge voltage 4.5 V"),
        ("in_cycling", 1.0, "in cycling, never taken apart"),
    ],
)
def test_conditions_in_words(result, name, number, words):
    summary = dataclasses.replace(result.measurements[0], condition={name: number})
    assert wording.condition_words(summary) == words


def test_comparison_cells():
    row = Comparison("mean_gap", "a", 1.234567, 1.3, 0.05, "V", 1.31, False, True)
    assert table.comparison_cells(row) == ("mean gap", "a", "1.2346 V", "1.30(5) V", "+1.3")


def test_notes_stand_once():
    findings = [Finding(q, Value(1, 1), "s", note="same") for q in "abcdef"] + [Finding("g", Value(1, 1))]
    assert wording.notes_of(findings) == [("same", "a · s, b · s, c · s, d · s and 2 more")]
