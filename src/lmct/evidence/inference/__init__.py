"""Turn the simulators round: from measurements to the most probable numbers, with their uncertainty."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "climb": ["Maximum"],
        "derived": ["QUANTITIES", "Condition"],
        "figure": ["figures_of"],
        "findings": ["DerivedSamples", "derived_samples", "findings_from"],
        "learning": ["known_together", "learning_from", "words_of_learning"],
        "maximum": ["maximum_of"],
        "posterior": ["Posterior"],
        "predictive": ["Predictive", "predictive_of"],
        "search": ["maxima_of", "posterior_of"],
    },
)
