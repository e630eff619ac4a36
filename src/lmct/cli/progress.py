"""Progress on a terminal, and the command as it was typed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmct.study.run import Progress


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Yield a function that draws a progress bar on stderr, or None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total, name: bar.update(
            task, completed=done, total=total, description=escape(name)
        )


def command_line() -> str:
    """Return the command as it could be typed again."""
    return shlex.join(["lmct", *sys.argv[1:]])
