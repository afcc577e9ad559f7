"""Monthly counts of cases as departments report them: what was reported, when, and what was restated later."""
