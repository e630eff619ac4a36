"""What to measure next: expected information of candidate experiments, ranked with their cost."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "candidate": ["Candidate", "CandidateGrid", "candidate_of"],
        "carried_out": ["carried_out"],
        "cost": ["Cost", "CostTable"],
        "figure": ["plan_sheet"],
        "gain": ["Gain"],
        "paper_campaign": ["paper_campaign"],
        "plan": ["Plan", "Rating"],
        "planning": ["plan_measurements"],
        "target": ["ALL_UNKNOWNS", "MECHANISMS", "Quantity"],
    },
)
