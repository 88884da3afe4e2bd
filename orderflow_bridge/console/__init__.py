"""The admin's toolkit: lists, actions, pages, saved views, menu."""
