"""docs/orderflow-setup.md says the same as the page Connect OrderFlow."""

from pathlib import Path
from textwrap import fill

from orderflow_bridge.induction.guide import STEPS, chapters, shown_by

PAGE = Path(__file__).parents[2] / "docs" / "orderflow-setup.md"


def written(number, step):
    """Return a step as the document has it."""
    texts = [fill(text, 140, break_on_hyphens=False) for text in step.texts]
    lines = [f"### {number}. {step.title}", "", "\n\n".join(texts), ""]
    if step.values:
        lines += ["| in OrderFlow | here |", "|---|---|"]
        lines += [f"| {value.label} | {value.source} |" for value in step.values]
        lines.append("")
    for caption, text in step.snippets:
        lines += [f"{caption}:", "", "```xml", text, "```", ""]
    return "\n".join([*lines, f"*{shown_by(step)}*"])


def whole():
    """Return all steps as the document has them, under their chapters."""
    number, parts = 0, []
    for chapter, steps in chapters().items():
        parts.append(f"## {chapter}")
        for step in steps:
            number += 1
            parts.append(written(number, step))
    return "\n\n".join(parts)


def test_the_document_has_every_step_of_the_page_word_for_word():
    assert PAGE.read_text().endswith(f"\n\n{whole()}\n")


def test_every_step_has_a_key_of_its_own():
    assert len({step.key for step in STEPS}) == len(STEPS)
