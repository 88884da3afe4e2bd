"""What this process has read of the configuration in the last five seconds."""

from orderflow_bridge.common.memory import Memory

sections_read = Memory(seconds=5.0)
forget = sections_read.forget
