"""The lines of a VAMAS file: a format without names, in which the place of a line is its meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lmct.quantity.errors import DamagedFile

UNKNOWN = 1e36
"""The format writes 1E37 for a number that is not known."""

MOST_LINES = 50_000_000


@dataclass
class VamasLines:
    """The lines of a file, taken one by one.

    Parameters
    ----------
    name
        Of the file.
    lines
        All of them.
    place
        How many were taken.
    """

    name: str
    lines: list[str]
    place: int

    def text(self, what: str) -> str:
        """Return the next line without blanks around it.

        Parameters
        ----------
        what
            It should hold, for the message.

        Raises
        ------
        DamagedFile
            The file is at its end.
        """
        if self.place >= len(self.lines):
            raise DamagedFile(
                f"{self.name} ends at line {len(self.lines)}, where {what} should follow."
                " Expected a whole VAMAS file. The copy is incomplete; copy it again from the instrument."
            )
        self.place += 1
        return self.lines[self.place - 1].strip()

    def number(self, what: str) -> float:
        """Return the next line as a number; ``what`` it should be is for the message.

        Raises
        ------
        DamagedFile
            It is none.
        """
        text = self.text(what)
        try:
            return float(text)
        except ValueError as error:
            raise DamagedFile(
                f"{self.name}: line {self.place} is {text[:40]!r}. Expected {what}, a number."
                " The file was altered or is cut off; export it again."
            ) from error

    def count(self, what: str, *, most: int = MOST_LINES) -> int:
        """Return the next line as a whole number up to ``most``; ``what`` it should be is for the message.

        Raises
        ------
        DamagedFile
            It is none.
        """
        number = self.number(what)
        if number != int(number) or abs(number) > most:
            raise DamagedFile(
                f"{self.name}: line {self.place} is {number:g}. Expected {what}, a whole number up to {most}."
                " The file was altered or is cut off; export it again."
            )
        return int(number)

    def known(self, what: str) -> float | None:
        """Return the next line as a number; None when the file says that it is not known."""
        number = self.number(what)
        return None if abs(number) > UNKNOWN or math.isnan(number) else number

    def skip(self, how_many: int, what: str) -> None:
        """Pass over lines that hold ``what``."""
        for _ in range(max(how_many, 0)):
            self.text(what)
