"""Surveys of enterprises: whom they ask, what, and what was answered and asked for."""
