"""Crystal structures: of the family, of cell parts and standards, and from CIF files."""
