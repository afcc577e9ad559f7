"""Deficiency tolerance (容缺受理) at material level: the least to be accepted, what may follow, and until when."""
