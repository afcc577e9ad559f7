"""What enterprises and people ask for, beside what the catalogue offers."""
