"""The rights to the page Support and to its download; there is no table of its own."""

from orderflow_bridge.stores.models import Website


class Support(Website):
    """The menu entry "Support"."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        permissions = (("view_diagnostics", "Download diagnostics"),)
        verbose_name = "support"
        verbose_name_plural = "support"
