"""Figures of a fit: corner plot, predictions, what the data decided, derived quantities."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "corner": ["corner_sheet"],
        "derived_quantities": ["derived_sheet"],
        "learnt": ["learning_sheet"],
        "predicted": ["predictive_sheets"],
        "sheets": ["figures_of"],
    },
)
