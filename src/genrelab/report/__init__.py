"""Run the notebooks without a screen and build the offline site."""

from genrelab.report.building import build_report

__all__ = ["build_report"]
