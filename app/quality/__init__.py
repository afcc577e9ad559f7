"""Rules that keep guides right: what they find, what is exempt from them."""
