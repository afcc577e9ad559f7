"""Shares of whole numbers, exact whatever database they came from."""


def ratio(numerator: int, denominator: int) -> float | None:
    """The float nearest to the exact fraction; of nothing there is no ratio."""
    return numerator / denominator if denominator else None


def percent(numerator: int, denominator: int) -> float | None:
    """Rounded half-up (away from zero) to two decimals from the exact fraction, never from a float."""
    if not denominator:
        return None
    hundredths = (20_000 * abs(numerator) + denominator) // (2 * denominator)
    return (hundredths if numerator >= 0 else -hundredths) / 100
