"""One id from a call to what it changed, and OpenTelemetry traces where they are wanted."""
