"""Values that one attribute holds in several columns: an amount with its currency, an interval with its ends."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of up to four decimal places in one ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Give the amount and its currency, as in `12.50 XOF`."""
        return f"{self.amount} {self.currency}"


@dataclass(frozen=True, slots=True)
class Period:
    """A span between two instants in UTC; an end that is None is open."""

    start: datetime | None
    end: datetime | None

    def __contains__(self, instant: datetime) -> bool:
        """Tell whether the instant lies in the period: the start belongs to it, the end does not."""
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)
