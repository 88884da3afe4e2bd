"""An order may have any status, not one of a fixed list."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0006_details_of_tracks_and_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='order',
            name='status',
            field=models.CharField(default='pending', max_length=32),
        ),
    ]
