"""The report of a study as one self-contained page, and the references to cite."""

from lmct.report.citation import Citation, citations
from lmct.report.page import write_report

__all__ = ["Citation", "citations", "write_report"]
