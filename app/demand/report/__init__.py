"""The report of a survey: how far the lists meet what enterprises ask for, on any day, and the demands behind each figure."""
