"""Methods for hearing genre: corpora, features, distances, models, evaluation and display."""
