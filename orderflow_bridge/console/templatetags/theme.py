"""What of unfold's looks a page loads: the part that our pages use, or with plugins all of it."""

import re

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Made by tests/theme.py of unfold's own. A plugin's pages may use any of its classes and icons.
_OURS = {"styles": "bridge/theme.css", "icons": "bridge/icons.woff2"}
_WHOLE = {
    "styles": "unfold/css/styles.css",
    "icons": "unfold/fonts/material-symbols/Material-Symbols-Outlined.woff2",
}


@register.simple_tag
def theme_file(kind: str) -> str:
    """Return the address of the theme's "styles" or of its "icons"."""
    return static((_WHOLE if settings.BRIDGE_PLUGINS else _OURS)[kind])


# Where a browser shows blanks as they are; and blanks beside a tag, with an end of a line.
_BLANKS = re.compile(
    r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)|(?<=>)\s*\n\s*|\s*\n\s*(?=<)", re.DOTALL
)


@register.filter
def squeezed(drawn: SafeString) -> SafeString:
    """Return a page without its templates' blank lines and indents: a tenth of what is sent."""
    return mark_safe(_BLANKS.sub(lambda found: found.group(1) or "\n", drawn))  # noqa: S308
