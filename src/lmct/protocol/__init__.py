"""Protocols: steps as data, as words, and run on an electrode."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "galvanostatic": ["galvanostatic"],
        "heating": ["heating"],
        "plain_words": ["parse_steps"],
        "rest": ["rest"],
        "simulation": ["Run", "StepSummary", "run_protocol", "simulate"],
        "step": ["Step"],
        "titration": ["Portion", "temperature_series", "time_series", "titration"],
    },
)
