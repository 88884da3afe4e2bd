"""Columns for how calls leave the house."""

from typing import Any

from django.db import models

from orderflow_bridge.client import PEM
from orderflow_bridge.configuration.columns import SettingColumn, TextColumn
from orderflow_bridge.configuration.validators import validate_ca_certificates, validate_proxy


class ProxyColumn(TextColumn):
    """The address of an HTTP proxy, or the word for none."""

    default_validators = [validate_proxy]


class CertificatesColumn(SettingColumn, models.TextField):
    """CA certificates: the path of a file or folder, or the text itself in PEM form."""

    default_validators = [validate_ca_certificates]

    def display(self, value: Any) -> str:
        """Show a path as it is; of the text itself, that it is there."""
        return f"{str(value).count(PEM)} certificate(s)" if PEM in str(value) else self.text(value)
