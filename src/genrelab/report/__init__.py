"""Run the notebooks without a screen; build the offline site, the decks and the handouts."""

from genrelab.report.building import build_pages, build_report, needed_for
from genrelab.report.handouts import build_handouts
from genrelab.report.slides import build_slides

__all__ = ["build_handouts", "build_pages", "build_report", "build_slides", "needed_for"]
