import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import orderflow_bridge.configuration.stored_secrets
import orderflow_bridge.configuration.validators


def _most(most):
    return [
        django.core.validators.MinValueValidator(1),
        django.core.validators.MaxValueValidator(most),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("stores", "0001_initial"),
        ("webhooks", "0002_trace_of_an_event"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookReceiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("for_all_websites", models.BooleanField(default=True, verbose_name="every website")),
                ("websites", models.ManyToManyField(blank=True, related_name="+", to="stores.website")),
                ("url", models.CharField(help_text="Where events are posted to, for example https://shop.example/hooks.", max_length=500, validators=[orderflow_bridge.configuration.validators.validate_receiver], verbose_name="URL")),
                ("secret", orderflow_bridge.configuration.stored_secrets.SecretField(blank=True, null=True)),
                ("former_secret", orderflow_bridge.configuration.stored_secrets.SecretField(editable=False, null=True)),
                ("former_until", models.DateTimeField(editable=False, null=True)),
                ("events", models.JSONField(blank=True, default=list)),
                ("filter", models.JSONField(blank=True, default=dict)),
                ("is_active", models.BooleanField(default=False, help_text="While it is not, nothing is written or posted for it.", verbose_name="active")),
                ("max_attempts", models.PositiveSmallIntegerField(default=12, help_text="How often an event is posted before it is given up. The wait between two attempts begins with a minute and doubles each time, up to six hours.", validators=_most(100), verbose_name="attempts")),
                ("timeout", models.PositiveSmallIntegerField(default=10, help_text="How long to wait for the receiver's answer.", validators=_most(60), verbose_name="answer time-out (seconds)")),
                ("parallel_calls", models.PositiveSmallIntegerField(default=4, help_text="How many events are posted at the same time.", validators=_most(32))),
                ("paused_at", models.DateTimeField(editable=False, null=True, verbose_name="paused since")),
                ("paused_by", models.CharField(blank=True, default="", editable=False, max_length=150)),
                ("paused_why", models.CharField(blank=True, default="", editable=False, max_length=200, verbose_name="reason")),
                ("last_success_at", models.DateTimeField(editable=False, null=True, verbose_name="last success")),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ("name",),
                "permissions": (("pause_webhookreceiver", "Pause and resume"), ("test_webhookreceiver", "Test")),
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("seconds", models.FloatField(null=True)),
                ("url", models.CharField(default="", max_length=500)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(default="")),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer_headers", models.JSONField(default=dict)),
                ("answer", models.TextField(default="")),
                ("error", models.CharField(default="", max_length=500)),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="attempts_made", to="webhooks.webhookevent")),
            ],
            options={"ordering": ("-id",), "default_permissions": ()},
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="receiver",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="webhooks.webhookreceiver"),
        ),
        migrations.AlterField(
            model_name="webhookevent",
            name="collapse_key",
            field=models.CharField(max_length=220, null=True, unique=True),
        ),
    ]
