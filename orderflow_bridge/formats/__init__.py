"""The languages that people can be spoken to in, and how each writes moments and numbers.

Whatever a language has no file for here is as Django has it. The first is English: what is kept,
what machines are answered, and the language of whoever asks for none of these.
"""

LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("fr", "Français")]
