"""What a sequence tells with its cell: lattice against charge, slopes, structural hysteresis, valence."""
