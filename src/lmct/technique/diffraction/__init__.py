"""Powder diffraction: simulated patterns, Rietveld refinement, sequences, structural hysteresis."""
