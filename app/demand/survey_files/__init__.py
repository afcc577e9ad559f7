"""Files of responses and of demands: what a spreadsheet or a survey tool exports becomes rows of a survey."""
