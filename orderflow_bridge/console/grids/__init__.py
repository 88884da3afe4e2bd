"""What our lists are made of: columns, filters, chips, paging, row and mass actions, downloads.

A list's state is its address, whole: what can be seen can be linked to, saved and downloaded.
"""
