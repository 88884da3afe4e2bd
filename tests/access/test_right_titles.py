"""The role form names every right in its reader's language."""

from orderflow_bridge.access.role_rights import rights_pages
from tests.messages import texts


def test_every_right_is_called_something_that_can_be_translated():
    known = {each.id for each in texts()}
    pages = rights_pages()
    titles = {right.title for page in pages for right in page.rights}

    assert titles <= known
    assert {name for page in pages for name in (page.group, page.title)} <= known
