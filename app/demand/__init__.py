"""Demand: what enterprises ask for, matched to what the lists offer."""
