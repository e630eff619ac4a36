"""Is a posterior right? Campaigns drawn from the priors, fitted blind, and where the truth then lies."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calibration": ["Calibration", "calibrate"],
        "drawn": ["drawn_campaign", "possible_truth"],
        "figure": ["calibration_figures"],
        "problem": ["SMALL_DESIGN", "planned_campaign", "small_problem"],
        "rival_campaign": ["rival_campaign", "rival_design"],
        "rivals": ["RivalTrial", "mechanism_on_trial", "try_rivals"],
        "uniformity": ["Uniformity", "uniformity_of_ranks"],
    },
)
