"""What an expression can do wrong: in its text (ExpressionError) or while it runs (EvaluationError)."""


class ExpressionError(Exception):
    """A text that is not a valid expression, with the place in it, the reason and a way out.

    `offset` and `length` count characters of the text; the caller maps them into its YAML file.
    """

    def __init__(self, message: str, offset: int = 0, length: int = 1, *, hint: str) -> None:
        """Keep the reason, the place (in characters) and the hint."""
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.hint = hint

    def __str__(self) -> str:
        """Give one line: the reason, the hint, and the position counted from 1."""
        return f"{self.message}; {self.hint} (at character {self.offset + 1})"


class EvaluationError(Exception):
    """A checked expression that could not finish: too many elements, or a plugin's function that failed."""
