"""What makes a notebook a lesson: predictions, exercises that check themselves, quizzes, tests of
the reader's ear."""

from coursekit.ear_blind import ear_blind
from coursekit.ear_order import ear_order
from coursekit.ear_test import ear_strip, ear_test, room
from coursekit.exercises import check
from coursekit.held_up import held_up
from coursekit.predictions import predict, show_guess
from coursekit.quiz import quiz

__all__ = ["check", "ear_blind", "ear_order", "ear_strip", "ear_test", "held_up", "predict", "quiz",
           "room", "show_guess"]
