"""The synthetic corpus: ten stylised genres under GTZAN's names, composed and played from nothing.

Two hundred tracks of 30 s by fifty made-up acts, with planted faults whose truth is known. It
stands in for the real data set where that may not be carried, and it lets the course ask what no
real data set can: whether a method finds what is known to be there.

Read `styles` for what a genre is, `acts` for what an artist is, then `compose` and `render`.
"""

from synthband.catalogue import catalogue
from synthband.render import render

__all__ = ["catalogue", "render"]
