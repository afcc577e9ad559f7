"""The matcher: which items meet a demand."""
