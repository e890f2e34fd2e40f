"""What looks wrong, and whose it is: rules over facts, and the attribution of what they find. Pure.

A rule gives leads, never verdicts: an error exists only when people have established it (design §8).
"""
