"""What time promises: each due date by hand, by properties, and against two slow readings of the rules."""
