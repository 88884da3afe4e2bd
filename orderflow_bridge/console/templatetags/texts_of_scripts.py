"""What scripts say in the reader's language: ours, and those of Django's admin."""

from django import template
from django.conf import settings
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orderflow_bridge.console.script_texts import script_texts

register = template.Library()


@register.simple_tag(name="script_texts")
def texts_of_ours() -> SafeString | str:
    """Return the texts of our scripts as JSON, which is data and no script; nothing in English."""
    texts = script_texts()
    return json_script(texts, "bridge-texts") if texts else ""


@register.simple_tag
def language_query() -> str:
    """Return the end of an address whose answer a browser keeps for each language: "?de"."""
    language = get_language() or settings.LANGUAGE_CODE
    return "" if language == settings.LANGUAGE_CODE else f"?{language}"
