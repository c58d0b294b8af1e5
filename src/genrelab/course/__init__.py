"""What makes a notebook a lesson: predictions, exercises that check themselves, quizzes, tests of the reader's ear."""

from genrelab.course.ear_order import ear_order
from genrelab.course.ear_test import ear_strip, ear_test, room
from genrelab.course.exercises import check
from genrelab.course.predictions import predict, show_guess
from genrelab.course.quiz import quiz

__all__ = ["check", "ear_order", "ear_strip", "ear_test", "predict", "quiz", "room", "show_guess"]
