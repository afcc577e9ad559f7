"""Tabulation: of each question how many answered what, for all respondents or by what they are."""
