"""The one import of openpyxl: a tenth of all that a process imports, and few ever need it."""

from importlib import import_module
from types import ModuleType


def openpyxl() -> ModuleType:
    """Return the package; it is loaded when somebody first reads or writes a workbook."""
    return import_module("openpyxl")
