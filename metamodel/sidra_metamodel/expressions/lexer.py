"""Text to tokens."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from sidra_metamodel.expressions.errors import ExpressionError
from sidra_metamodel.expressions.limits import MAX_CHARACTERS, MAX_INTEGER, MAX_SCALE
from sidra_metamodel.expressions.syntax import LiteralValue

END: Final = "end"
LITERAL: Final = "literal"
NAME: Final = "name"

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<decimal>[0-9]+\.[0-9]+)
      | (?P<integer>[0-9]+)
      | (?P<string>r?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<operator>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_WORDS: Final[dict[str, LiteralValue]] = {"true": True, "false": False, "null": None}
_INSTEAD: Final = {
    "=>": "write `>=`",
    "=<": "write `<=`",
    "=": "write `==` to compare",
    "&": "write `&&`",
    "|": "write `||`",
}


class Token(NamedTuple):
    """A piece of the text; `kind` is the operator itself, or one of END, LITERAL, NAME."""

    kind: str
    offset: int
    length: int
    value: LiteralValue = None


def tokens(text: str) -> list[Token]:
    """Give the tokens of a text with END at its end; raises ExpressionError where it is no token."""
    if len(text) > MAX_CHARACTERS:
        message, rest = f"longer than {MAX_CHARACTERS} characters", len(text) - MAX_CHARACTERS
        raise ExpressionError(message, MAX_CHARACTERS, rest, hint="move a part into a computed attribute")
    return [*_scan(text), Token(END, len(text), 0)]


def _scan(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            _refuse(text, offset)
        if found.lastgroup != "space":
            yield _token(found)
        offset = found.end()


def _token(found: re.Match[str]) -> Token:
    text, offset = found.group(), found.start()
    match found.lastgroup:
        case "name" if text in _WORDS:
            return Token(LITERAL, offset, len(text), _WORDS[text])
        case "name":
            return Token("in" if text == "in" else NAME, offset, len(text), text)
        case "string":
            return Token(LITERAL, offset, len(text), _string(text, offset))
        case "integer" | "decimal":
            return Token(LITERAL, offset, len(text), _number(text, offset))
        case _:
            return Token(text, offset, len(text))


def _number(text: str, offset: int) -> LiteralValue:
    whole, point, places = text.partition(".")
    # Converting thousands of digits is slow, so their number is judged first.
    if len(whole) + len(places) > len(str(MAX_INTEGER)) or int(whole + places) > MAX_INTEGER:
        raise ExpressionError("a number that 64 bits do not hold", offset, len(text), hint="write a smaller one")
    if len(places) > MAX_SCALE:
        raise ExpressionError(f"more than {MAX_SCALE} decimal places", offset, len(text), hint="cut the others")
    return Decimal(text) if point else int(text)


def _string(text: str, offset: int) -> str:
    if text[0] == "r":
        return text[2:-1]
    body = text[1:-1]
    if "\\" not in body:
        return body

    def replace(found: re.Match[str]) -> str:
        code = found.group(1)
        character = chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, "")
        if not character or character == "\0" or "\ud800" <= character <= "\udfff":
            place = offset + 1 + found.start()
            hint = r"there are \n \t \r \\ \' \" and \u0041; r'…' takes each character as it stands"
            raise ExpressionError(f"unknown escape `{found.group()}`", place, len(found.group()), hint=hint)
        return character

    return _ESCAPE.sub(replace, body)


def _refuse(text: str, offset: int) -> NoReturn:
    character = text[offset]
    if character in "'\"":
        hint = f"close it with {character}"
        raise ExpressionError("a string that does not end", offset, len(text) - offset, hint=hint)
    pair = text[offset : offset + 2]
    found = pair if pair in _INSTEAD else character
    hint = _INSTEAD.get(found, "names have letters, digits and `_`; texts stand in quotes")
    what = "operator" if found == pair else "character"
    raise ExpressionError(f"unexpected {what} `{found}`", offset, len(found), hint=hint)
