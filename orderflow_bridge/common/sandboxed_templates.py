"""Short templates that people write in the admin: Jinja2's sandbox, with less in it.

What a template may hold is decided before it runs, on its syntax tree: texts, values, `if`, our own
filters, arithmetic. Nothing in it can repeat or be called, so its work grows with its length only,
and each step's with the longest text allowed: that is the limit on time. Values are plain (texts,
numbers, dates, lists and dicts of them), and their members are looked up in dicts and lists alone,
never among Python's attributes (docs/decisions/sandboxed-templates.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, InvalidOperation
from functools import lru_cache
from math import isfinite
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateSyntaxError, Undefined, nodes
from jinja2 import TemplateError as JinjaError
from jinja2.runtime import Context as Scope
from jinja2.sandbox import SandboxedEnvironment

from orderflow_bridge.common.exceptions import TemplateRefused
from orderflow_bridge.common.template_filters import FILTERS, number_of, text_of

LONGEST_TEMPLATE = 1000
LONGEST_OUTPUT = 10_000
_MOST_PARTS = 300
_DEEPEST = 40
_KEPT = 1024
_EXACT = Context(prec=28)
_TOO_DEEP = "The template is nested too deeply."
_TESTS = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "none": lambda value: value is None,
}
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name,
    nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Keyword, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Add,
    nodes.Sub, nodes.Mul, nodes.Div, nodes.Neg, nodes.Pos, nodes.List, nodes.Tuple,
)  # fmt: skip
_MEMBERS = (nodes.Name, nodes.Getattr, nodes.Getitem)
# What else Jinja2 knows, in the words of whoever wrote it.
_REFUSED = {
    "For": "“for”", "Assign": "“set”", "AssignBlock": "“set”", "Macro": "“macro”",
    "CallBlock": "“call”", "Include": "“include”", "Import": "“import”",
    "FromImport": "“import”", "Extends": "“extends”", "Block": "“block”", "With": "“with”",
    "FilterBlock": "“filter” as a block; write it behind a value, as in {{ name|upper }}",
    "Call": "calls with brackets; filters stand behind a value, as in {{ name|upper }}",
    "Pow": "“**”", "Mod": "“%”", "FloorDiv": "“//”", "Dict": "“{…}” within a value",
}  # fmt: skip


class _Silent(ChainableUndefined):
    """What there is not: the empty text, and so is every member of it."""


@dataclass(frozen=True)
class SandboxedTemplate:
    """A template that was found harmless.

    `names` are the values it asks for, as dotted paths without the positions in lists:
    `{{ order.items[0].sku }}` asks for "order.items.sku".
    """

    source: str
    names: frozenset[str]
    _template: Template

    def render(self, values: Mapping[str, Any], *, longest: int = LONGEST_OUTPUT) -> str:
        """Return the text, at most `longest` characters. What there is not is the empty text.

        Numbers are written plainly, yes and no as 1 and 0, times as YYYY-MM-DDTHH:MM:SS. Raises
        TemplateRefused where these values cannot be written.
        """
        pieces, length = [], 0
        try:
            for piece in self._template.root_render_func(self._template.new_context(dict(values))):
                pieces.append(piece)
                length += len(piece)
                if length > longest:
                    raise TemplateRefused(f"The text is longer than {longest} characters.")
        except (JinjaError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise TemplateRefused(_reason(error)) from error
        return "".join(pieces)


@lru_cache(maxsize=_KEPT)
def compiled(source: str) -> SandboxedTemplate:
    """Return a template ready to be rendered. Raises TemplateRefused, with the reason."""
    if len(source) > LONGEST_TEMPLATE:
        raise TemplateRefused(f"A template has at most {LONGEST_TEMPLATE} characters.")
    try:
        tree = _ENVIRONMENT.parse(source)
        _check(tree)
        names = frozenset(_names(tree))
        code = _ENVIRONMENT.compile(_with_own_joins(tree))
    except TemplateSyntaxError as error:
        raise TemplateRefused(f"The template cannot be read: {_one_line(error)}.") from error
    except (RecursionError, MemoryError, SyntaxError, OverflowError, ValueError) as error:
        raise TemplateRefused(_TOO_DEEP) from error
    template = _ENVIRONMENT.template_class.from_code(_ENVIRONMENT, code, {})
    return SandboxedTemplate(source, names, template)


class _Environment(SandboxedEnvironment):
    """Jinja2's sandbox without its globals, calls, loops and attributes."""

    intercepted_binops = frozenset("+-*/")
    intercepted_unops = frozenset("+-")

    def __init__(self) -> None:
        super().__init__(undefined=_Silent, finalize=text_of, autoescape=False, optimized=False)
        self.globals.clear()
        self.filters = dict(FILTERS)
        self.tests = dict(_TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look into dicts by name, into lists and texts by position; there is nothing else."""
        try:
            if isinstance(obj, dict):
                return obj[argument]
            if isinstance(obj, list | str):
                return obj[int(number_of(argument))]
        except (LookupError, TypeError, ValueError):
            pass
        return self.undefined(name=text_of(argument)[:50])

    def call(self, *args: Any, **kwargs: Any) -> Any:
        raise TemplateRefused("Nothing can be called in a template.")

    def call_binop(self, context: Scope, operator: str, left: Any, right: Any) -> Any:
        """Add texts or reckon with numbers; a text that is a number counts as one."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return text_of(left) + text_of(right)
        numbers = number_of(left), number_of(right)
        work = {
            "+": _EXACT.add,
            "-": _EXACT.subtract,
            "*": _EXACT.multiply,
            "/": _EXACT.divide,
        }
        return number_of(work[operator](*numbers))

    def call_unop(self, context: Scope, operator: str, arg: Any) -> Any:
        # A whole number stays one: it may be the place where a text is cut.
        number = arg if type(arg) is int else number_of(arg)
        return -number if operator == "-" else number


_ENVIRONMENT = _Environment()


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield all nodes; level by level, so that depth costs no recursion."""
    level, depth = [node], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise TemplateRefused(_TOO_DEEP)
        yield from level
        level = [child for each in level for child in each.iter_child_nodes()]


def _check(tree: nodes.Template) -> None:
    for number, node in enumerate(_walk(tree), start=1):
        if number > _MOST_PARTS:
            raise TemplateRefused(f"A template has at most {_MOST_PARTS} parts.")
        if not isinstance(node, _ALLOWED):
            name = type(node).__name__
            raise TemplateRefused(f"A template cannot use {_REFUSED.get(name, f'“{name}”')}.")
        _check_node(node)


def _check_node(node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        known = ", ".join(sorted(set(FILTERS) - {_JOIN}))
        raise TemplateRefused(f"There is no filter “{node.name}”. There are: {known}.")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise TemplateRefused(f"There is no test “{node.name}”. There are: {', '.join(_TESTS)}.")
    if isinstance(node, nodes.Name) and (node.name.startswith("_") or node.name in _RESERVED):
        raise TemplateRefused(f"There is no value “{node.name}”.")
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
        raise TemplateRefused("A number in the template is too large.")
    if isinstance(node, nodes.Filter) and (node.dyn_args or node.dyn_kwargs):
        raise TemplateRefused("A template cannot use “*” before what a filter is given.")


_RESERVED = frozenset({"self", "super", "caller", "loop", "varargs", "kwargs", "context"})
_JOIN = "concatenated"


def _with_own_joins(tree: nodes.Template) -> nodes.Template:
    """Let `~` join texts as they are written out, and within the limit."""
    for node in list(_walk(tree)):
        for name, value in list(node.iter_fields()):
            if isinstance(value, nodes.Concat):
                setattr(node, name, _joined(value))
            elif isinstance(value, list):
                value[:] = [_joined(x) if isinstance(x, nodes.Concat) else x for x in value]
    return tree.set_environment(_ENVIRONMENT)  # type: ignore[return-value]


def _joined(concat: nodes.Concat) -> nodes.Filter:
    parts = nodes.List(concat.nodes, lineno=concat.lineno)
    return nodes.Filter(parts, _JOIN, [], [], None, None, lineno=concat.lineno)


def _names(tree: nodes.Template) -> Iterator[str]:
    found = [node for node in _walk(tree) if isinstance(node, _MEMBERS)]
    inner = {id(node.node) for node in found if not isinstance(node, nodes.Name)}
    yield from filter(None, (_path(node) for node in found if id(node) not in inner))


def _path(node: nodes.Node) -> str:
    """Return what a chain of members asks for; "" if it does not begin at a value."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return f"{before}.{node.attr}" if before else ""
    if isinstance(node, nodes.Getitem):
        before = _path(node.node)
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        return f"{before}.{key}" if before and isinstance(key, str) else before
    return ""


def _reason(error: Exception) -> str:
    if isinstance(error, InvalidOperation):
        return "The template reckons with what is no number."
    if isinstance(error, ZeroDivisionError):
        return "The template divides by zero."
    what = "does not fit the values" if isinstance(error, TypeError) else "cannot be written"
    return f"The template {what}: {_one_line(error)}."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:200]
