"""How fast the product is, as ratios to a bare floor in the same run: `python -m tests.bench`."""
