"""The form by which a file comes in."""

from django import forms

from orderflow_bridge.stores.models import Website


class UploadForm(forms.Form):
    """A file, and where its rows belong that name no website."""

    file = forms.FileField(
        label="File",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "missing": "Choose a file.",
        },
    )
    website = forms.ModelChoiceField(
        queryset=Website.objects.all(),
        required=False,
        empty_label="The default website",
        label="Website for rows that name none",
    )
    is_enclosed = forms.BooleanField(
        required=False,
        label="Fields Enclosure",
        help_text=(
            "Product files: each value of additional_attributes is in quotes, as in"
            ' color="red",size="S,L".'
        ),
    )
