"""Promise against experience: what enterprises met with, beside what the list promises of the item they came for."""
