"""Invented movements of wallets, and the balance that they leave."""

from __future__ import annotations

import datetime

from sidra.ops.demo.chance import Chance, Values
from sidra.ops.demo.profile import Movement, Profile

TOLD = 3
MOVEMENTS = (4, 14)


def wallet_values(profile: Profile, chance: Chance, line: str) -> Values:
    """Return what the product of a wallet says: number, limit, balance and the last movements."""
    wallet = profile.wallet
    limit = wallet.limit if chance.happens(0.8) else wallet.unverified_limit
    moved = _movements(chance, wallet.movements, limit)
    told = [_line(chance, *one) for one in reversed(moved[-TOLD:])]
    balance = sum(amount for _, _, amount in moved)
    return {
        "usage": profile.usage.balance.format(amount=chance.written(chance.money(balance))),
        "description": " · ".join(told),
        **({wallet.number: line} if wallet.number else {}),
        **({wallet.limit_attribute: chance.money(limit)} if wallet.limit_attribute else {}),
    }


def _movements(chance: Chance, kinds: tuple[Movement, ...], limit: int) -> list[tuple[datetime.date, str, int]]:
    """Return movements in their order, none of which overdraws the wallet or fills it beyond its limit."""
    balance, moved = 0, []
    count = chance.random.randint(*MOVEMENTS)
    days = sorted((chance.random.randrange(1, 45) for _ in range(count)), reverse=True)
    for ago in days:
        possible = [kind for kind in kinds if 0 <= balance + kind.least <= limit]
        kind = chance.random.choice(possible)
        steps = chance.random.randint(kind.least // kind.step, kind.most // kind.step)
        amount = min(max(steps * kind.step, -balance), limit - balance)
        amount -= amount % kind.step if amount > 0 else -(-amount % kind.step)
        if amount:
            balance += amount
            moved.append((chance.today - datetime.timedelta(days=ago), kind.text, amount))
    return moved


def _line(chance: Chance, day: datetime.date, text: str, amount: int) -> str:
    sign = "+" if amount > 0 else "−"
    return f"{chance.written(day.day)}/{chance.written(day.month)} {text} {sign}{chance.written(abs(amount))}"
