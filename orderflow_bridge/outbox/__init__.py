"""E-mails and webhooks: written with the change they tell of, sent after it is committed."""
