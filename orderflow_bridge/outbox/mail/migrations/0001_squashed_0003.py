"""The tables of this room, as one migration makes them in an empty database.

A database that has some of the migrations that this replaces goes by those.
"""

import django.utils.timezone
from django.db import migrations, models

class Migration(migrations.Migration):

    replaces = [('mail', '0001_initial'), ('mail', '0002_borrowed_like_every_queue'), ('mail', '0003_kept_mails')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.EmailField(max_length=254)),
                ('subject', models.CharField(max_length=255)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True, default='')),
                ('reference', models.CharField(blank=True, default='', help_text='The order it is about.', max_length=150)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed'), ('kept', 'Kept')], default='waiting', max_length=16)),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('retry_at', models.DateTimeField(editable=False, null=True)),
                ('last_error', models.TextField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_until', models.DateTimeField(editable=False, null=True)),
                ('fence', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'e-mail',
                'ordering': ('-id',),
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['id'], name='mail_waiting'), models.Index(condition=models.Q(('status', 'failed')), fields=['id'], name='mail_failed'), models.Index(fields=['created_at'], name='mail_created'), models.Index(fields=['reference'], name='mail_reference')],
            },
        ),
    ]
