"""Hearing Genre: how machines learn to hear musical genre, as a course that can be run and
heard."""
