"""Energy losses of electrons: axis, thickness, white lines, O K pre-edge, species; simulated spectra."""
