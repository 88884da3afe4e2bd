"""docs/configuration.md says the same as the code."""

from pathlib import Path

from orderflow_bridge.configuration.sections import SECTIONS

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def _table(section):
    lines = [
        f"### {section.title}",
        "",
        "| Label | Path | Scope | Default | Meaning |",
        "|---|---|---|---|---|",
    ]
    for setting in section.settings():
        default = setting.kind.display(setting.default)
        shown = f"`{default}`" if default else "–"
        cells = (setting.label, f"`{setting.path}`", setting.scope, shown, setting.help_text)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_page_describes_every_setting_as_it_is():
    text = PAGE.read_text()

    missing = [table for table in map(_table, SECTIONS) if table not in text]

    assert missing == []


def test_the_page_describes_nothing_else():
    rows = [line for line in PAGE.read_text().splitlines() if line.count("/") and "| `" in line]

    assert len(rows) == sum(len(section.settings()) for section in SECTIONS)
