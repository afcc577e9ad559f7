"""Runs of the matcher over the demands of a survey, and what people judge of what it found."""
