"""OrderFlow's HTTP API as a client of its own: no Django, no shop, only calls and answers."""

from orderflow_bridge.client.answers import ImportReport, ReportLine, ReportResult, parse_report
from orderflow_bridge.client.breaker import (
    BreakerMemory,
    BreakerPolicy,
    BreakerState,
    ProcessMemory,
)
from orderflow_bridge.client.calls import (
    Call,
    Credentials,
    EndpointClosedError,
    OrderFlowError,
    RejectedError,
    Reply,
    StatusError,
    TransportError,
)
from orderflow_bridge.client.client import OrderFlowClient
from orderflow_bridge.client.findings import Finding, State, Step
from orderflow_bridge.client.leave import Leave
from orderflow_bridge.client.limits import USUAL, Reach, limits, may_be_called
from orderflow_bridge.client.lines import AddressNotAllowed, LineAdapter, NameTimedOut
from orderflow_bridge.client.network import DIRECT, PEM, Network, Trust, check_proxy
from orderflow_bridge.client.posting import NotAnswered, Posted, post_once
from orderflow_bridge.client.probe import SHORT, probe
from orderflow_bridge.client.said import said_by
from orderflow_bridge.client.stock import WarehouseQuantity
from orderflow_bridge.client.transport import Timeouts

__all__ = (
    "DIRECT",
    "PEM",
    "SHORT",
    "USUAL",
    "AddressNotAllowed",
    "BreakerMemory",
    "BreakerPolicy",
    "BreakerState",
    "Call",
    "Credentials",
    "EndpointClosedError",
    "Finding",
    "ImportReport",
    "Leave",
    "LineAdapter",
    "NameTimedOut",
    "Network",
    "NotAnswered",
    "OrderFlowClient",
    "OrderFlowError",
    "Posted",
    "ProcessMemory",
    "Reach",
    "RejectedError",
    "Reply",
    "ReportLine",
    "ReportResult",
    "State",
    "StatusError",
    "Step",
    "Timeouts",
    "TransportError",
    "Trust",
    "WarehouseQuantity",
    "check_proxy",
    "limits",
    "may_be_called",
    "parse_report",
    "post_once",
    "probe",
    "said_by",
)
