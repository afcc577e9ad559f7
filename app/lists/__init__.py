"""Lists and their editions, transfers, deficiency tolerance, agreements, integrated matters, the one door."""
