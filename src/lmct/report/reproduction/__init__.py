"""The paper's figures from the simulated electrode, beside what the paper says."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "paper_runs": ["PaperRuns"],
        "reproduce": ["Reproduction"],
        "statement": ["Answer", "Judged", "Statement"],
        "statements": ["STATEMENTS", "judge"],
    },
)
