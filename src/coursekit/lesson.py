"""What makes a notebook a lesson: bets, drawings, knobs, curves that grow, exercises that check
themselves, quizzes, tests of the reader's ear."""

from coursekit.drawings import draw
from coursekit.driving import knob, live_curve
from coursekit.ear_blind import ear_blind
from coursekit.ear_order import ear_order
from coursekit.ear_test import ear_strip, ear_test, room
from coursekit.exercises import check
from coursekit.held_up import held_up
from coursekit.predictions import bets_so_far, predict, show_guess
from coursekit.quiz import quiz

__all__ = ["bets_so_far", "check", "draw", "ear_blind", "ear_order", "ear_strip", "ear_test",
           "held_up", "knob", "live_curve", "predict", "quiz", "room", "show_guess"]
