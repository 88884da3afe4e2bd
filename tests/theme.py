"""The part of unfold's looks that our pages use: `make theme` cuts it out, tests hold it complete.

unfold sends every class of Tailwind's that somebody might use, and 3,800 icons, to every page:
330 kB and 292 kB. `bridge/theme.css` is its style sheet without the rules that need a class which
stands nowhere in what draws our pages; `bridge/icons.woff2` its font with the icons that
`bridge/icons.txt` names. The font is cut with fontTools, which is installed for that and not kept.
"""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path

import django
import unfold

from tests.supervisor.servers import ROOT

UNFOLD = Path(unfold.__file__).parent
ADMIN = Path(django.__file__).parent / "contrib" / "admin"
STATIC = ROOT / "orderflow_bridge" / "static" / "bridge"
STYLES, FONT, ICONS = STATIC / "theme.css", STATIC / "icons.woff2", STATIC / "icons.txt"
WHOLE_STYLES = UNFOLD / "static" / "unfold" / "css" / "styles.css"
_WHOLE_FONT = "static/unfold/fonts/material-symbols/Material-Symbols-Outlined.woff2"
_HEAD = "/*! Cut by make theme (tests/theme.py) out of django-unfold's style sheet, MIT License; "
_OURS = ("orderflow_bridge", "exports", "imports")
# In classes that are put together where they are used: by unfold, for inlines and for fields beside
# each other. One with a quote in it is written otherwise in a module.
_COMPOSED = ("formset-", "/nested", "/parent", "lg:grid-cols-", "'")
_WITH_RULES_INSIDE = ("@layer", "@media", "@supports", "@container")
_CLASS = re.compile(r"\.((?:\\[0-9a-fA-F]{1,6}\s?|\\.|[\w-])+)")
_STRING = re.compile(r"(?<!\\)\"[^\"]*\"|(?<!\\)'[^']*'")
_WORDS = re.compile(r"[^\s\"'<>`]+"), re.compile(r"[^\s\"'<>`={}%|;,]+")
_TAG = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
_SIGN = re.compile(r"<(\w+)([^<]*\bmaterial-symbols-outlined\b[^<]*?)>([^<]*)</\1>")
# What a style sheet is divided by, and what may hold such signs without dividing it.
_SIGNS = re.compile(r"/\*.*?\*/|\\.|\"[^\"]*\"|'[^']*'|[{};]", re.DOTALL)
_CONTENT = re.compile(r"content:\s*[\"']([a-z0-9_\\]{2,})[\"']")
_FIELD = ast.AnnAssign
# Folders and files of scripts that none of our pages loads.
_UNUSED = {"vendor", "autocomplete.js", "select2.init.js", "chart", "simplebar"}
_NAME = re.compile(r"[a-z0-9_]+")
_QUOTED_NAME = re.compile(r"'([a-z0-9_]+)'")


def cut_styles() -> str:
    """Return unfold's style sheet without the rules for which nothing has a class."""
    whole = WHOLE_STYLES.read_text()
    return (
        f"{_HEAD}{whole.removeprefix('/*!').partition('*/')[0].strip()} */\n{_cut(whole, used())}\n"
    )


def used() -> set[str]:
    """Return every word in what draws our pages; the classes are among them."""
    words: set[str] = set()
    for path in (*templates(), *_code()):
        text = path.read_text()
        words.update(word for pattern in _WORDS for word in pattern.findall(text))
    return words


def templates() -> Iterator[Path]:
    """Yield our templates, and those of unfold and Django that we have not replaced."""
    ours = ROOT / "templates"
    yield from sorted(ours.rglob("*.html"))
    for folder in (UNFOLD / "templates", ADMIN / "templates"):
        for path in sorted(folder.rglob("*.html")):
            own = ours / path.relative_to(folder)
            if not own.exists() or f'extends "{path.relative_to(folder)}"' in own.read_text():
                yield path


def icons() -> list[str]:
    """Return the icons that the font has."""
    return ICONS.read_text().split()


def icons_of_templates() -> dict[str, str]:
    """Return the icons that templates name, each with one of the templates."""
    found = {}
    for path in templates():
        for _, attributes, inside in _SIGN.findall(path.read_text()):
            names = _NAME.findall(_TAG.sub(" ", inside))
            if "x-text" in attributes:
                names += _QUOTED_NAME.findall(attributes)
            found.update(dict.fromkeys(names, path.name))
    return found


def icons_of_styles() -> set[str]:
    """Return the icons that style sheets put before or after something."""
    sheets = "".join(path.read_text() for path in STATIC.glob("*.css"))
    return {name.replace("\\", "") for name in _CONTENT.findall(sheets)}


def icons_of_code() -> dict[str, str]:
    """Return the icons that our modules give as `icon`, by name or by place, each with a module."""
    trees = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in _modules()}
    places = dict(each for tree in trees.values() for each in _places(tree))
    found = {}
    for name, tree in trees.items():
        for given in (each for node in ast.walk(tree) for each in _given(node, places)):
            for one in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                if isinstance(one, ast.Constant) and one.value:
                    found[str(one.value)] = name
    return found


def _places(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what takes an icon, and as the how manieth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            takes = [getattr(each.target, "id", "") for each in node.body if type(each) is _FIELD]
        elif isinstance(node, ast.FunctionDef):
            takes = [each.arg for each in node.args.args if each.arg != "self"]
        else:
            continue
        if "icon" in takes:
            yield node.name, takes.index("icon")


def _given(node: ast.AST, places: dict[str, int]) -> Iterator[ast.expr]:
    """Yield what is given as an icon here."""
    if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "icon" and node.value:
        yield node.value
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg == "icon")
        place = places.get(getattr(node.func, "id", getattr(node.func, "attr", "")))
        if place is not None:
            yield from node.args[place : place + 1]


def rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Yield what comes before each brace and what is in it; None for a statement without one."""
    depth = start = opened = 0
    for found in _SIGNS.finditer(sheet):
        sign, place = found.group(), found.start()
        if sign == "{":
            opened = opened if depth else place
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                yield sheet[start:opened], sheet[opened + 1 : place]
                start = place + 1
        elif sign == ";" and not depth:
            yield sheet[start : place + 1], None
            start = place + 1
        elif sign.startswith("/*") and not depth:
            start = found.end()


def classes(selector: str) -> list[str]:
    """Return the classes that a selector needs, as an element has them."""
    return [
        re.sub(r"\\([0-9a-fA-F]{1,6}\s?|.)", _unescaped, name)
        for name in _CLASS.findall(_STRING.sub("", selector))
    ]


def selectors(head: str) -> list[str]:
    """Return what stands between the commas of a rule's head."""
    found, depth, start = [], 0, 0
    for each in re.finditer(r"\\.|[(\[]|[)\]]|,", head):
        sign = each.group()
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
        if sign == "," and not depth:
            found.append(head[start : each.start()])
            start = each.end()
    return [*found, head[start:]]


def _cut(sheet: str, words: set[str]) -> str:
    kept = []
    for head, inside in rules(sheet):
        if inside is None:
            kept.append(head)
        elif head.startswith(_WITH_RULES_INSIDE):
            if rest := _cut(inside, words):
                kept.append(f"{head}{{{rest}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{inside}}}")
        elif wanted := [each for each in selectors(head) if _is_used(each, words)]:
            kept.append(f"{','.join(wanted)}{{{inside}}}")
    return "".join(kept)


def _is_used(selector: str, words: set[str]) -> bool:
    return all(
        name in words or any(part in name for part in _COMPOSED) for name in classes(selector)
    )


def _unescaped(escaped: re.Match[str]) -> str:
    code = escaped.group(1).strip()
    return code if len(code) == 1 and not code.isdigit() else chr(int(code, 16))


def _modules() -> Iterator[Path]:
    for room in _OURS:
        yield from sorted(p for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts)


def _code() -> Iterator[Path]:
    """Yield what makes or changes pages besides templates: modules and scripts."""
    yield from _modules()
    yield from sorted(STATIC.parent.rglob("*.js"))
    yield from sorted((*UNFOLD.glob("*.py"), *UNFOLD.glob("templatetags/*.py")))
    yield from sorted(p for p in UNFOLD.glob("static/**/*.js") if not _UNUSED & set(p.parts))
    yield from sorted((*ADMIN.glob("*.py"), *ADMIN.glob("templatetags/*.py")))
    yield from sorted(p for p in ADMIN.glob("static/**/*.js") if not _UNUSED & set(p.parts))


def cut_font(names: set[str]) -> bytes:
    """Return unfold's icons with these names alone; SystemExit names those it does not have."""
    fonts, subset = import_module("fontTools.ttLib"), import_module("fontTools.subset")
    font = fonts.TTFont(UNFOLD / _WHOLE_FONT, recalcTimestamp=False)
    glyphs = font.getBestCmap()
    letters = {glyph: chr(code) for code, glyph in glyphs.items()}
    kept, found = {glyphs[ord(letter)] for letter in "".join(names)}, set()
    # An icon is a ligature: the letters of its name are drawn as one sign.
    for table in font["GSUB"].table.LookupList.Lookup[0].SubTable:
        for first, all_of_it in table.ligatures.items():
            spelt = {"".join(letters[x] for x in (first, *one.Component)): one for one in all_of_it}
            table.ligatures[first] = [one for name, one in spelt.items() if name in names]
            found |= names & set(spelt)
            kept |= {one.LigGlyph for one in table.ligatures[first]}
    if missing := names - found:
        raise SystemExit(f"unfold's font has no icon {', '.join(sorted(missing))}.")
    options = subset.Options(layout_features=["*"], layout_closure=False, hinting=False)
    options.drop_tables += ["FFTM", "GPOS", "GDEF", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(glyphs=kept)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(made := BytesIO())
    return made.getvalue()


if __name__ == "__main__":
    if "styles" in sys.argv:
        STYLES.write_text(cut_styles())
    if "icons" in sys.argv:
        FONT.write_bytes(cut_font(set(icons())))
