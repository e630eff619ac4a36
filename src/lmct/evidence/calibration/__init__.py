"""Derive electrode parameters from targets and measured curves, and say what they leave open."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "calibration_run": ["calibrate"],
        "measured_curve": ["MeasuredCurve", "MeasuredStep"],
        "observables": ["OBSERVABLES", "measure"],
        "parameter_space": ["FreeParameter", "ParameterSpace"],
        "problem": ["CurveFit", "Problem"],
        "rebuilt_protocol": ["curve_from_record"],
        "search": ["SearchState"],
        "set_file": ["set_text"],
        "solution": ["Calibration", "Solution"],
        "target": ["Target", "targets_from_table"],
    },
)
