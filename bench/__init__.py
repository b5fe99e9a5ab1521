"""Side-by-side measurements: what netmon costs, and what its peers do."""
