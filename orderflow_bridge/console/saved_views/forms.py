"""What the "Save View" form sends."""

from django import forms


class SaveForm(forms.Form):
    """A view's name, the list it is of, and the address to keep."""

    grid = forms.CharField(max_length=100)
    name = forms.CharField(
        max_length=60,
        error_messages={"required": "Give the view a name."},
    )
    query = forms.CharField(required=False, max_length=4_000)
    is_default = forms.BooleanField(required=False)
