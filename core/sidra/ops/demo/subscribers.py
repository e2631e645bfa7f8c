"""A file of the shape that the feed `subscriber_load` reads, for where the real one is absent."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sidra.interfaces.files import csv_text

COLUMNS = (
    "customerID", "gender", "SeniorCitizen", "Partner", "Dependents", "tenure", "PhoneService", "MultipleLines",
    "InternetService", "OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport", "StreamingTV",
    "StreamingMovies", "Contract", "PaperlessBilling", "PaymentMethod", "MonthlyCharges", "TotalCharges", "Churn",
)  # fmt: skip
ADD_ONS = ("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies")
PAYMENTS = ("Electronic check", "Mailed check", "Bank transfer (automatic)", "Credit card (automatic)")
YES_NO = ("Yes", "No")
NEW_EVERY = 100
"""One in so many has no total yet: the feed must reject it."""


def subscriber_file(rows: int, seed: int = 7) -> str:
    """Return the text of a CSV file of invented subscribers; the same for the same seed."""
    return csv_text(COLUMNS, _rows(rows, Random(seed)))  # noqa: S311 - nothing here is secret


def _rows(count: int, random: Random) -> Iterator[dict[str, str]]:
    for number in range(count):
        tenure = 0 if number % NEW_EVERY == NEW_EVERY - 1 else random.randint(1, 72)
        monthly = random.randint(1800, 11900) / 100
        phone = random.choice(YES_NO)
        internet = random.choice(("DSL", "Fiber optic", "No"))
        yield {
            "customerID": f"{number:04d}-{''.join(random.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZ', k=5))}",
            "gender": random.choice(("Female", "Male")),
            "SeniorCitizen": random.choice("00001"),
            "tenure": str(tenure),
            "PhoneService": phone,
            "MultipleLines": random.choice(YES_NO) if phone == "Yes" else "No phone service",
            "InternetService": internet,
            **{name: random.choice(YES_NO) if internet != "No" else "No internet service" for name in ADD_ONS},
            **{name: random.choice(YES_NO) for name in ("Partner", "Dependents", "PaperlessBilling", "Churn")},
            "Contract": random.choice(("Month-to-month", "One year", "Two year")),
            "PaymentMethod": random.choice(PAYMENTS),
            "MonthlyCharges": f"{monthly:.2f}",
            "TotalCharges": f"{monthly * tenure:.2f}" if tenure else " ",
        }
