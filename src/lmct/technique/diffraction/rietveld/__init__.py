"""Rietveld, Le Bail and Pawley refinement through rietx; calibration; cation migration."""
