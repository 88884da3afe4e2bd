"""Running the connection test as the page's script does."""

import json

from orderflow_bridge.configuration.sections import Api
from tests.fakes import Answer

URL = "/admin/configuration/apisettings/test/"
PASSWORD = "s3cr€t-word"


def filled_in(endpoint, **values):
    """Return what the form posts for an account at this endpoint, everything else inherited."""
    account = {
        "endpoint": endpoint,
        "username": "magento",
        "password": PASSWORD,
        "organisation": "Mage Inc",
        "channel": "magento2",
        **values,
    }
    names = [setting.name for setting in Api.settings()]
    return {f"inherit-{name}": "on" for name in names if name not in account} | account


def steps_of(client, data, url=URL):
    """Run the test as the page's script does; return {step: (state, text)} and the verdict."""
    answer = client.post(url, data, headers={"Accept": "application/x-ndjson"})
    assert answer.status_code == 200
    *steps, last = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    return {each["step"]: (each["state"], each["text"]) for each in steps}, last["verdict"]


def failure_of(client, data, url=URL):
    """Return the step that failed, and its text; there is one, and it is the last."""
    steps, _ = steps_of(client, data, url)
    failed = [(step, text) for step, (state, text) in steps.items() if state == "Failed"]
    assert len(failed) == 1
    assert failed[0][0] == list(steps)[-1]
    return failed[0]


def exception(text, status=200):
    body = f"<response><exception>{text}</exception></response>".encode()
    return Answer(body, status=status)
