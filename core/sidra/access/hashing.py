"""What stands in the store of secrets that we gave out: enough to know them again, and too little to use them.

They are long and random, so no slow hash makes them safer.
"""

from __future__ import annotations

import hashlib


def hashed(secret: str, *context: str) -> bytes:
    """Return what a secret is known by, within a context: the same secret in another one is known by something else."""
    text = "\0".join((*context, secret))
    # Whatever a client sends is only compared: also what no text has.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
