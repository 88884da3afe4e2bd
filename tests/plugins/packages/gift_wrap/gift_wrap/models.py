"""Orders that want gift wrap, and a diary of what the bridge has told."""

from django.db import models


class Wrap(models.Model):
    """An order that wants to be wrapped, in a colour."""

    order_number = models.CharField(max_length=50, unique=True)
    colour = models.CharField(max_length=20)

    class Meta:
        ordering = ("order_number",)

    def __str__(self) -> str:
        return f"{self.order_number} in {self.colour}"


class Told(models.Model):
    """Something that the bridge has told, by the hook's name."""

    hook = models.CharField(max_length=60)
    text = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hook}: {self.text}"
