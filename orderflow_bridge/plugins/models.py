"""What is known of plugins' hooks: how often they were called, how long that took, what failed."""

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _


class HookUse(models.Model):
    """The calls of one plugin's hook since it was first called, by all processes together."""

    plugin = models.CharField(max_length=40)
    hook = models.CharField(max_length=60)
    calls = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    longest = models.FloatField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    slow = models.PositiveBigIntegerField(default=0)
    last_called_at = models.DateTimeField()

    class Meta:
        ordering = ("plugin", "hook")
        default_permissions = ("view",)
        verbose_name = _("plugin")
        constraints = (models.UniqueConstraint(fields=("plugin", "hook"), name="plugin_hook_use"),)

    def __str__(self) -> str:
        return f"{self.plugin}: {self.hook}"


class HookFailure(models.Model):
    """A call that raised, or took too long: of which version of the plugin, about what.

    `count` is how often this happened within a few seconds; the newest is told.
    """

    plugin = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    hook = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True, default="")
    text = models.CharField(max_length=500)
    is_slow = models.BooleanField(default=False)
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        default_permissions = ()
        indexes = (models.Index(fields=("plugin", "-id"), name="plugin_failure"),)

    def __str__(self) -> str:
        return f"{self.plugin}: {self.text}"
