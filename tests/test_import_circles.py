"""No module imports one that imports it back, not even lazily or for types only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import lmct

ROOT = Path(lmct.__file__).parent


def modules() -> dict[str, Path]:
    """All modules by name; packages are left out, for they only re-export."""
    return {
        ".".join(("lmct", *path.relative_to(ROOT).with_suffix("").parts)): path
        for path in ROOT.rglob("*.py")
        if path.stem != "__init__"
    }


def imported(path: Path) -> Iterator[str]:
    """Names that a module imports anywhere in it: modules, and what is taken from them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def without_leaves(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Take away modules that import nothing of the rest, again and again: circles and their users stay."""
    while free := [name for name, used in graph.items() if not used]:
        graph = {name: used.difference(free) for name, used in graph.items() if used}
    return graph


def test_a_circle_is_found_and_a_ladder_is_none() -> None:
    assert without_leaves({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {}
    assert without_leaves({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}).keys() == {"a", "b", "c"}


def test_imports_run_in_no_circle() -> None:
    known = modules()
    graph = {name: {one for one in imported(path) if one in known} for name, path in known.items()}
    assert len(graph) > 500
    assert without_leaves(graph) == {}
