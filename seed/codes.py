"""National codes as they are put together: organisation code, credit code, implementation code."""

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def organisation_code(body: str) -> str:
    """Eight characters and the check character of GB 11714."""
    total = sum(weight * LETTERS.index(letter) for weight, letter in zip(ORGANISATION_WEIGHTS, body, strict=True))
    return body + "0123456789X"[-total % 11]


def credit_code(authority: str, division: str, organisation: str) -> str:
    """Registering authority (2), division (6), organisation code (9) and the check character of GB 32100-2015."""
    body = authority + division + organisation
    total = sum(weight * CREDIT_LETTERS.index(letter) for weight, letter in zip(CREDIT_WEIGHTS, body, strict=True))
    return body + CREDIT_LETTERS[-total % 31]


def basic_code(region: str, task_type: str, central: str, number: int) -> str:
    """基本编码: region (2), task type (2), central department (2), main item (3), no sub-item (000)."""
    return f"{region}{task_type}{central}{number:03}000"


def implementation_code(body: str, use_level: str, basic: str, serial: str = "") -> str:
    """实施编码 (31 characters); with a serial, 业务办理项编码 (33)."""
    return f"{body}{use_level}{basic}{serial}"
