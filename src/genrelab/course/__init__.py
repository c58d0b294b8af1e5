"""What makes a notebook a lesson: predictions, exercises that check themselves, quizzes."""

from genrelab.course.exercises import check
from genrelab.course.predictions import predict, show_guess
from genrelab.course.quiz import quiz

__all__ = ["check", "predict", "quiz", "show_guess"]
