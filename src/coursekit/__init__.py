"""What makes notebooks a course: lessons that ask and answer, their running, site and decks,
grading, the commands."""
