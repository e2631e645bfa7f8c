"""Poland's PESEL and NIP, with their check digits: official, by the Population Registration Act and the tax office."""

from datetime import date

from sidra.plugins import BOOLEAN, DATE, STRING, Function, Overload, hookimpl

PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
CENTURIES = (1900, 2000, 2100, 2200, 1800)  # by the twenties that are added to the month


def _check_sum(text: str, weights: tuple[int, ...]) -> int | None:
    if len(text) != len(weights) + 1 or not text.isascii() or not text.isdigit():
        return None
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=False))


def pesel_birth(text: str) -> date | None:
    """Give the birth date in a PESEL; None where there is none."""
    if _check_sum(text, PESEL_WEIGHTS) is None:
        return None
    twenties, month = divmod(int(text[2:4]), 20)
    try:
        return date(CENTURIES[twenties] + int(text[:2]), month, int(text[4:6]))
    except ValueError:
        return None


def pesel_valid(text: str) -> bool:
    """Tell whether a PESEL has a possible date and the right last digit."""
    total = _check_sum(text, PESEL_WEIGHTS)
    return total is not None and pesel_birth(text) is not None and -total % 10 == int(text[-1])


def nip_valid(text: str) -> bool:
    """Tell whether a NIP, written as ten digits, has the right last digit."""
    total = _check_sum(text, NIP_WEIGHTS)
    return total is not None and total % 11 == int(text[-1])


@hookimpl
def register_functions() -> list[Function]:
    """`pesel_birth`, `pesel_valid`, `nip_valid`."""
    found = (pesel_birth, DATE), (pesel_valid, BOOLEAN), (nip_valid, BOOLEAN)
    return [
        Function(call.__name__, (Overload((STRING,), returns),), call, doc=call.__doc__ or "")
        for call, returns in found
    ]
