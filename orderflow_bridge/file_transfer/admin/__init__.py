"""The admin pages of files: the list with its endpoints, the upload, and a file's own page."""

from orderflow_bridge.file_transfer.admin.file_import import FileImportAdmin

__all__ = ("FileImportAdmin",)
