"""The oracle: a small office simulated naively, which knows whose every slip is because it made it.

It is written from the design alone (§4 ownership, §5 time, §8 findings, §9 attribution) and imports nothing of
the product, which a test proves. Time is whole minutes of Shanghai's clock since the first day of 2026; people
are letters; what happens is a list of acts, which a driver plays to the product.

`days` counts time; `house` says who is there; `world` is what has happened, act by act; `teller` makes histories
from a seed; `rows` is the table of attribution, row by row; `expected` says what an audit must find, and when.

Where the design does not decide a case, the oracle does not invent an answer: it gives every answer that a
row in question would give, and counts the case as undecided.
"""
