"""Exemptions: an item that need not keep a rule for a while, because somebody asked and somebody else approved."""
