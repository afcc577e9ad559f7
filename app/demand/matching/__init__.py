"""From a demand in anybody's words to the items that may meet it. Pure: no database, no HTTP."""
