"""Somebody looked, and an item is still right: confirmations with their evidence."""
