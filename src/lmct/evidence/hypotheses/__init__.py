"""Rival mechanisms on trial: evidence, what each cannot make, and a verdict that claims no more than that."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "comparison": ["Comparison"],
        "comparison_run": ["compare"],
        "figure": ["comparison_figures"],
        "predictive": ["Predicted", "posterior_predictions"],
        "trial": ["Trial"],
        "verdict": ["Judgement", "Odds", "judgement"],
        "wider_prior": ["WiderPriors"],
    },
)
