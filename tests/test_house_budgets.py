"""The budgets of CONTRIBUTING.md, measured on the tree."""

import ast
from statistics import median, quantiles

from tests import tree

MEDIAN_FUNCTION = 8
P90_FUNCTION = 30
LONGEST_FUNCTION = 60
AIMED_FILE = 300
LONGEST_FILE = 500
MOST_POSITIONAL = 5

# Files above the aim of 300 lines, each with the lines it has. The list may only shrink: a file that grows beyond its
# number fails, and so does an entry that is no longer needed.
LONG_FILES: dict[str, int] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> list[tuple[str, Function]]:
    """Path and line → every function of the tree."""
    return [
        (f"{path}:{node.lineno} {node.name}", node)
        for path, module in tree.python().items()
        for node in ast.walk(module)
        if isinstance(node, Function)
    ]


def lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def file_lengths() -> dict[str, int]:
    return {path: len((tree.ROOT / path).read_text(encoding="utf-8").splitlines()) for path in tree.python()}


def test_functions_of_the_product_are_short() -> None:
    # Tests are left out: many and short, they would hide a long-winded product.
    lengths = [lines(node) for where, node in functions() if where.startswith("src/") and not tree.is_test(where)]
    assert median(lengths) <= MEDIAN_FUNCTION
    assert quantiles(lengths, n=10, method="inclusive")[-1] <= P90_FUNCTION


def test_no_function_is_too_long() -> None:
    too_long = {where: lines(node) for where, node in functions() if lines(node) > LONGEST_FUNCTION}
    assert not too_long, f"over {LONGEST_FUNCTION} lines: {too_long}"


def test_no_function_takes_too_many_positional_parameters() -> None:
    counts = {where: positional(node) for where, node in functions()}
    too_many = {where: count for where, count in counts.items() if count > MOST_POSITIONAL}
    assert not too_many, f"over {MOST_POSITIONAL} positional parameters; make the rest keyword-only: {too_many}"


def positional(node: Function) -> int:
    names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_no_file_is_too_long() -> None:
    too_long = {path: count for path, count in file_lengths().items() if count > LONGEST_FILE}
    assert not too_long, f"over {LONGEST_FILE} lines: {too_long}"


def test_files_stay_below_the_aim_or_their_exception() -> None:
    allowed = {path: LONG_FILES.get(path, AIMED_FILE) for path in file_lengths()}
    grown = {path: count for path, count in file_lengths().items() if count > allowed[path]}
    assert not grown, f"split these by topic (at most {AIMED_FILE} lines, or the number of the exception): {grown}"


def test_the_exception_list_shrinks() -> None:
    now = file_lengths()
    spent = [path for path, count in LONG_FILES.items() if not AIMED_FILE < now.get(path, 0) == count]
    assert not spent, f"lower or remove these entries of LONG_FILES: {spent}"
