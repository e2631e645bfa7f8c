"""Egypt's national number: century, birth date, governorate, serial, check digit (14 digits).

Official: the digits for century and date, the governorate codes, and the odd serial of men. Not official: the weights
of the check digit. The Civil Status Organization has not published them; these are the ones in common use, so a rule
should warn by them and not refuse.
"""

from datetime import date

from sidra.plugins import BOOLEAN, DATE, STRING, Function, Overload, hookimpl

CENTURIES = {"2": 1900, "3": 2000}
GOVERNORATES = frozenset(f"{code:02}" for code in (*range(1, 5), *range(11, 20), *range(21, 30), *range(31, 36), 88))
WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
LENGTH = 14


def birth_of(number: str) -> date | None:
    """Give the birth date in a national number; None where there is none."""
    if len(number) != LENGTH or not number.isascii() or not number.isdigit() or number[0] not in CENTURIES:
        return None
    try:
        return date(CENTURIES[number[0]] + int(number[1:3]), int(number[3:5]), int(number[5:7]))
    except ValueError:
        return None


def governorate_of(number: str) -> str | None:
    """Give the code of the governorate of birth; None where the number has no known one."""
    return number[7:9] if birth_of(number) and number[7:9] in GOVERNORATES else None


def eg_national_number_valid(number: str) -> bool:
    """Tell whether date and governorate are possible and the last digit fits the (not official) weights."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False) if digit.isdecimal())
    return governorate_of(number) is not None and int(number[-1]) == (11 - total % 11) % 10


@hookimpl
def register_functions() -> list[Function]:
    """`birth_of`, `governorate_of`, `eg_national_number_valid`."""
    return [
        Function("birth_of", (Overload((STRING,), DATE),), birth_of, doc="Birth date in an Egyptian number."),
        Function("governorate_of", (Overload((STRING,), STRING),), governorate_of, doc="Governorate code in it."),
        Function(
            "eg_national_number_valid", (Overload((STRING,), BOOLEAN),), eg_national_number_valid, doc="Its check."
        ),
    ]
