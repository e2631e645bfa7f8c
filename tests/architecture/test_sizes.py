import ast
from pathlib import Path

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
USUAL_FUNCTION_LINES = 40
USUAL_SHARE = 0.95


def function_sizes(path: Path) -> dict[str, int]:
    """The lines of each function of a file, by `path:line name`, decorators left out."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return {f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1 for node in functions}


def test_no_file_has_four_hundred_lines(sources: list[Path]) -> None:
    sizes = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {path: size for path, size in sizes.items() if size >= MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_sixty_lines(sources: list[Path]) -> None:
    sizes = {place: size for path in sources for place, size in function_sizes(path).items()}
    assert {place: size for place, size in sizes.items() if size > MAX_FUNCTION_LINES} == {}


def test_nineteen_functions_of_twenty_fit_on_a_screen(sources: list[Path]) -> None:
    sizes = {place: size for path in sources for place, size in function_sizes(path).items()}
    long = {place: size for place, size in sizes.items() if size > USUAL_FUNCTION_LINES}
    assert len(long) <= len(sizes) * (1 - USUAL_SHARE), long
