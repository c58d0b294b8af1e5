"""The experiments: settings, splits, trainings and records of the four papers."""
