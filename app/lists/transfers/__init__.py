"""Transfers (划转, 相对集中行政许可权): batches in which items are handed over to one department."""
