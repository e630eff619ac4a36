"""The study file, its run (cached and resumable), and the store of results."""

from lmct.study.one_file import Failure
from lmct.study.result import GroupResult, Message, Run, StudyResult
from lmct.study.run import run_study
from lmct.study.store import read_findings
from lmct.study.study_file import read_study
from lmct.study.template import write_template

__all__ = [
    "Failure",
    "GroupResult",
    "Message",
    "Run",
    "StudyResult",
    "read_findings",
    "read_study",
    "run_study",
    "write_template",
]
