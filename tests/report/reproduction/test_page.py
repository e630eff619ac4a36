import base64
import re

import pytest

from lmct.report.reproduction.figures import PLATES, plates
from lmct.report.reproduction.page import Rival, html
from lmct.report.reproduction.panel import write_plate
from lmct.report.reproduction.paper_runs import PaperRuns
from lmct.report.reproduction.statement import Judged, Statement, met_if
from lmct.report.reproduction.statements import judge


@pytest.fixture(scope="module")
def runs():
    return PaperRuns()


def test_every_statement_stands_in_the_table_and_once_beside_a_figure_or_below(runs, tmp_path):
    judged = judge(runs)
    files = [(plate, write_plate(plate, tmp_path)) for plate in plates(runs)]
    page = html(judged, files, runs.parameters)
    for row in judged:
        assert page.count(f'<tr id="{row.statement.id}">') == 1
    assert page.count("<dt>") == len(judged)
    counts = {verdict: sum(row.answer.verdict == verdict for row in judged) for verdict in ("met", "missed")}
    assert f"{counts['met']} of {len(judged)} statements met, {counts['missed']} missed" in page
    assert [f"Figure {name}" in page for name in PLATES if name[0] in "123456S"] == [True] * (len(PLATES) - 2)


def test_the_page_holds_its_drawings_and_asks_for_nothing_else(runs, tmp_path):
    (plate,) = plates(runs, "budget")
    drawing = write_plate(plate, tmp_path)
    page = html((), [(plate, drawing)], runs.parameters)
    (found,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert base64.b64decode(found) == drawing.read_bytes()
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_every_rival_has_a_column_with_its_own_answers(runs):
    judged = judge(runs, figures={"2a"})
    rival = Rival("other", "a fit", tuple(Judged(row.statement, met_if("quite so", False)) for row in judged))
    page = html(judged, [], runs.parameters, [rival])
    assert "<th>other</th>" in page
    assert page.count("quite so") == len(judged)
    assert f"0 met, {len(judged)} missed, 0 undecidable. a fit" in page


def test_texts_are_escaped(runs):
    statement = Statement(
        id="a", text="b < c.", paper="<i>", line="L1", answer=lambda runs: met_if("&", True)
    )
    page = html([Judged(statement, statement.answer(runs))], [], runs.parameters)
    assert "b &lt; c." in page
    assert "&lt;i&gt;" in page
    assert "Statements without a figure here" in page
