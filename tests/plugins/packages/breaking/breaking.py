"""A plugin that raises in the hook that its test names."""

from orderflow_bridge.plugins.declaration import Plugin

PLUGIN = Plugin(works_with=">=0.2", title="Breaking", modules=("breaking_hooks",))
