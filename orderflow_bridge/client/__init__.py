"""OrderFlow's HTTP API as a client of its own: no Django, no shop, only calls and answers."""

from orderflow_bridge.client.breaker import (
    BreakerMemory,
    BreakerPolicy,
    BreakerState,
    ProcessMemory,
)
from orderflow_bridge.client.client import OrderFlowClient
from orderflow_bridge.client.credentials import Credentials
from orderflow_bridge.client.exceptions import (
    EndpointClosedError,
    OrderFlowError,
    RejectedError,
    StatusError,
    TransportError,
)
from orderflow_bridge.client.probe import SHORT, Finding, State, Step, probe
from orderflow_bridge.client.reply import Call, Reply
from orderflow_bridge.client.reports import ImportReport, ReportLine, ReportResult, parse_report
from orderflow_bridge.client.stock import StockFigure, parse_stock
from orderflow_bridge.client.transport import Timeouts

__all__ = (
    "SHORT",
    "BreakerMemory",
    "BreakerPolicy",
    "BreakerState",
    "Call",
    "Credentials",
    "EndpointClosedError",
    "Finding",
    "ImportReport",
    "OrderFlowClient",
    "OrderFlowError",
    "ProcessMemory",
    "RejectedError",
    "Reply",
    "ReportLine",
    "ReportResult",
    "State",
    "StatusError",
    "Step",
    "StockFigure",
    "Timeouts",
    "TransportError",
    "parse_report",
    "parse_stock",
    "probe",
)
