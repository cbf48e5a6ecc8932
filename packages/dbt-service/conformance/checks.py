"""What every script here shares: checks printed as JSON lines, and the switches of the program that stands in for dbt."""

import json
import os
import time
from contextlib import contextmanager
from importlib.metadata import version

ACCOUNT, PROJECT, ENVIRONMENT, JOB = 16173, 36467, 70000, 65767
QUEUED, RUNNING, SUCCESS, ERROR, CANCELLED = 1, 3, 10, 20, 30


def check(name, body):
    started = time.monotonic()
    try:
        detail, ok = body(), True
    except Exception as error:  # noqa: BLE001 - every failure is a result here
        detail, ok = f"{type(error).__name__}: {error}", False
    seconds = round(time.monotonic() - started, 2)
    print(json.dumps({"check": name, "ok": ok, "seconds": seconds, "detail": str(detail)[:300]}), flush=True)


def expect_raises(kind, body, *words):
    """The text of the error, which must be of this kind and hold these words."""
    try:
        body()
    except kind as error:
        assert all(word in str(error) for word in words), f"{error} lacks one of {words}"
        return str(error)
    raise AssertionError(f"no {kind.__name__} was raised")


def report_versions(*names):
    print(json.dumps({"versions": {name: version(name) for name in names}}))


def wait_until(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


@contextmanager
def held():
    """dbt stands still in the middle of a run while this is open."""
    os.remove(os.environ["GATE_FILE"])
    try:
        yield
    finally:
        open(os.environ["GATE_FILE"], "w").close()


@contextmanager
def broken():
    """A model fails while this is open."""
    open(os.environ["BREAK_FILE"], "w").close()
    try:
        yield
    finally:
        os.remove(os.environ["BREAK_FILE"])


@contextmanager
def broken_model():
    """A model of the real project does not compile while this is open."""
    model = os.path.join(os.environ["PROJECT_DIR"], "models", "orders.sql")
    with open(model) as opened:
        good = opened.read()
    with open(model, "w") as opened:
        opened.write("select no_such_column from {{ ref('raw_orders') }}\n")
    try:
        yield
    finally:
        with open(model, "w") as opened:
            opened.write(good)
