"""X-ray absorption: from scans to edge energies, fractions of species and components."""
