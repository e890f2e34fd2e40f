"""What leaves the house with an export: one file that checks it, and needs nothing of this package."""
