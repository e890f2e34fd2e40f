"""What a finding calls for: who is asked to explain, and when the asking ends. Pure; people decide the rest.

Where it goes on from the design's word: a notice goes up a rung only where the former was not answered, but for a
matter that goes on after two answers on one rung. No machine can weigh an answer, so that a line every few days
would keep a matter on its lowest rung for ever, and urging would teach people to write lines. Nobody is blamed by
it: who answered has done what was asked of him, nothing is found against him, and the next above is told because
two promises did not bring it about and somebody who can help has to know.
"""
