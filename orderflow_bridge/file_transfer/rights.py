"""Who may import and export what. Rights are Django permissions of the model FileImport."""

from django.http import HttpRequest


def import_right(kind: str) -> str:
    """Return the permission that importing a kind of file takes."""
    return f"file_transfer.import_{kind}"


def export_right(kind: str) -> str:
    """Return the permission that exporting a kind of file takes."""
    return f"file_transfer.export_{kind}"


def may_import(request: HttpRequest, kind: str) -> bool:
    """Tell whether the user may import this kind of file."""
    return bool(request.user.has_perm(import_right(kind)))


def may_export(request: HttpRequest, kind: str) -> bool:
    """Tell whether the user may export this kind of file."""
    return bool(request.user.has_perm(export_right(kind)))
