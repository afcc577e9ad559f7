"""Addresses that are dead, and who has them."""
