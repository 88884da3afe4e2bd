"""What the scripts say (bridge/texts.js): the frame brings it in the reader's language.

The English text is the key, so an English page brings nothing, and a text that is missing here is
said in English.
"""

from django.utils.translation import gettext, gettext_noop

TEXTS = (
    gettext_noop("Copied"),
    gettext_noop("Could not copy"),
    gettext_noop("Copy"),
    gettext_noop("The figures could not be refreshed: reload the page."),
    gettext_noop("Fold %(line)s"),
    gettext_noop("What you had typed here is back. It is not saved yet."),
    gettext_noop("Passwords and files were not kept: enter them again."),
    gettext_noop("%(count)s value(s) have no field here any more."),
    gettext_noop("Drop It"),
    gettext_noop(
        "Your session has ended, and what you sent was not saved. Sign in: it comes back into its"
        " form."
    ),
    gettext_noop("%(count)s more of this list have settled"),
    gettext_noop("Put away: %(text)s"),
    gettext_noop("The bridge did not answer: try again."),
    gettext_noop("%(count)s found"),
    gettext_noop("The first %(count)s: type to find others, or scroll on"),
    gettext_noop("Nothing found"),
    gettext_noop("Clear"),
    gettext_noop("Remove %(text)s"),
    gettext_noop("Trying…"),
    gettext_noop("Testing…"),
    gettext_noop("Not tried"),
    gettext_noop(
        "The bridge did not answer. Reload the page, sign in if asked to, and test again."
    ),
)


def script_texts() -> dict[str, str]:
    """Return the texts of the scripts that the reader's language has another one for."""
    said = {text: gettext(text) for text in TEXTS}
    return {text: other for text, other in said.items() if other != text}
