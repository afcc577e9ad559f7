"""How far lists agree: with the list above, and with what the items themselves say; and what mends it."""
