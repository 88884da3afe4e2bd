"""Whatever a configuration file says: nothing is written that was not shown, and it comes back."""

import json

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.transfer.files import FileRefused
from orderflow_bridge.configuration.transfer.parts import parts
from orderflow_bridge.configuration.transfer.services import export_file
from orderflow_bridge.stores.models import Website
from tests.configuration.carrying import brought, emptied
from tests.factories import make_website

pytestmark = pytest.mark.django_db

PASSPHRASE = "correct horse battery"
DECLARED = [(section, each) for section in SECTIONS for each in section.settings()]


def values_of(setting):
    """Return values of a setting, good and bad, as texts of a file."""
    kind = setting.kind
    texts = [str(value) for value, _ in kind.choices] or ["0", "1", "25", "UTC", "*/5 * * * *"]
    good = st.sampled_from([*texts, "yes", "a@example.com", "https://orderflow.example/web/"])
    return st.one_of(st.none(), good, st.text(max_size=12))


SETTINGS = st.lists(
    st.sampled_from(DECLARED).flatmap(
        lambda declared: st.tuples(
            st.just(declared[1].path), st.sampled_from(["", "uk", "fr"]), values_of(declared[1])
        )
    ),
    max_size=12,
)
STATUSES = st.dictionaries(
    st.sampled_from(["own-a", "own-b"]),
    st.fixed_dictionaries(
        {"label": st.text(max_size=5), "state": st.sampled_from(["", "new", "complete", "?"])}
    ),
)


def document_of(settings, statuses, defaults, roles) -> str:
    """Return a file's text that says this, in an order of its own."""
    scopes: dict = {}
    for path, scope, value in settings:
        scopes.setdefault(scope, {})[path] = value
    return json.dumps(
        {
            "format": 1,
            "parts": {
                "settings": {"default": scopes.pop("", {}), "websites": scopes},
                "order_statuses": {"default": statuses},
                "default_statuses": {"default": defaults},
                "roles": {"default": roles},
            },
        }
    )


def everything():
    return {name: part.read() for name, part in parts().items()}


@given(
    settings=SETTINGS,
    statuses=STATUSES,
    defaults=st.dictionaries(
        st.sampled_from(["new", "complete"]), st.sampled_from([None, "own-a", "pending"])
    ),
    roles=st.dictionaries(
        st.text(min_size=1, max_size=3), st.lists(st.sampled_from(["sales.view_order", "no.right"]))
    ),
)
def test_an_import_writes_what_was_shown_and_its_export_comes_back_the_same(
    settings, statuses, defaults, roles
):
    with transaction.atomic():
        forget()
        if not Website.objects.filter(code="uk").exists():
            make_website(code="uk")
        before = everything()
        try:
            plan = brought(document_of(settings, statuses, defaults, roles), leave_out=True)
            shown = {(each.part, each.scope, each.key): each.after for each in plan.changes}
        except FileRefused:
            shown = {}
        after = everything()
        changed = {
            (name, scope, key): after[name].get(scope, {}).get(key)
            for name in after
            for scope in {*after[name], *before[name]}
            for key in {*after[name].get(scope, {}), *before[name].get(scope, {})}
            if after[name].get(scope, {}).get(key) != before[name].get(scope, {}).get(key)
        }
        assert changed == shown

        text = export_file(environment="", passphrase=PASSPHRASE)
        emptied()
        brought(text, passphrase=PASSPHRASE)
        assert everything() == after
        transaction.set_rollback(True)
    forget()
