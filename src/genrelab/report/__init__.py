"""Run the notebooks without a screen; build the offline site, the decks and the handouts.

Nothing is imported here: Sphinx loads two modules of this package and must not wait for the others.
"""
