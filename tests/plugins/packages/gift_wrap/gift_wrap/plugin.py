"""What the plugin says of itself. Settings read this file: it imports no models."""

from orderflow_bridge.plugins.declaration import Plugin

PLUGIN = Plugin(
    works_with=">=0.2,<1",
    title="Gift Wrap",
    apps=("gift_wrap",),
    modules=("gift_wrap.hooks", "gift_wrap.additions"),
    sections=("gift_wrap.sections.GiftWrap",),
    slow_after=1.0,
)
