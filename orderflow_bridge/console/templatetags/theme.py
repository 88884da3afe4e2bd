"""What of unfold's looks a page loads: the part that our pages use, or with plugins all of it."""

from django import template
from django.conf import settings
from django.templatetags.static import static

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
