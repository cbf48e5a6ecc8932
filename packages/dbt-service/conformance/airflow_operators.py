"""Drives the operators, the sensor and the trigger of Airflow's own dbt Cloud provider, unchanged, against a job service."""

import asyncio
import json
import os
import threading
import time
from datetime import datetime, timedelta, timezone
from itertools import count

from airflow.providers.dbt.cloud.hooks.dbt import DbtCloudHook, DbtCloudJobRunException
from airflow.providers.dbt.cloud.operators.dbt import (
    DbtCloudGetJobRunArtifactOperator,
    DbtCloudListJobRunsOperator,
    DbtCloudListJobsOperator,
    DbtCloudRunJobOperator,
)
from airflow.providers.dbt.cloud.sensors.dbt import DbtCloudJobRunSensor
from airflow.providers.dbt.cloud.triggers.dbt import DbtCloudRunJobTrigger
from airflow.sdk import DAG
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.module_loading import import_string
from checks import ACCOUNT, CANCELLED, ENVIRONMENT, ERROR, JOB, PROJECT, RUNNING, SUCCESS
from checks import broken, check, expect_raises, held, report_versions, wait_until
from structlog.testing import capture_logs

dag = DAG("conformance", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=timezone.utc))
numbers = count(1)


class Attempt:
    """Stands where Airflow puts the task instance: keeps what the operator pushes."""

    def __init__(self, try_number=1):
        self.try_number = try_number
        self.pushed = {}
        self.start_date = datetime.now(timezone.utc)

    def xcom_push(self, key, value):
        self.pushed[key] = value


def run_job(**options):
    quick = {"check_interval": 1, "timeout": 120}
    return DbtCloudRunJobOperator(task_id=f"task_{next(numbers)}", dag=dag, **{"job_id": JOB, **quick, **options})


def sense(run_id, **options):
    quick = {"poke_interval": 1, "timeout": 60}
    return DbtCloudJobRunSensor(task_id=f"task_{next(numbers)}", dag=dag, run_id=run_id, **{**quick, **options})


def execute(build, attempt=None, **options):
    """Takes a task to its end as Airflow does: what it defers to is rebuilt from its serialised form, and so is the task."""
    context = {"ti": attempt or Attempt()}
    try:
        return build(**options).execute(context)
    except TaskDeferred as deferred:
        resume = getattr(build(**options), deferred.method_name)
        return resume(context, event=fire(deferred.trigger))


def fire(trigger):
    """The event of a trigger that was stored and loaded again."""
    path, arguments = trigger.serialize()
    again = import_string(path)(**json.loads(json.dumps(arguments)))

    async def first():
        async for event in again.run():
            return event.payload

    return asyncio.run(first())


def defer(operator):
    try:
        operator.execute({"ti": Attempt()})
    except TaskDeferred as deferred:
        return deferred
    raise AssertionError("the task did not defer")


def main():
    hook = DbtCloudHook()
    state = {}

    def read(run_id, *related):
        return hook.get_job_run(run_id=run_id, include_related=list(related) or None).json()["data"]

    def status(run_id):
        return read(run_id)["status"]

    def until(run_id, expected):
        wait_until(lambda: status(run_id) == expected)
        return f"run {run_id} is {expected}"

    def synchronous():
        attempt = Attempt()
        state["run"] = execute(run_job, attempt)
        assert attempt.pushed["job_run_id"] == state["run"]
        assert attempt.pushed["job_run_url"] == read(state["run"])["href"], attempt.pushed
        assert status(state["run"]) == SUCCESS
        cause = read(state["run"], "trigger")["trigger"]["cause"]
        assert cause.startswith("Triggered via Apache Airflow by task"), cause
        return attempt.pushed["job_run_url"]

    def not_waiting():
        with held():
            run = execute(run_job, wait_for_termination=False)
            assert status(run) < SUCCESS
        return until(run, SUCCESS)

    def deferred():
        with held():
            operator = run_job(deferrable=True)
            left = defer(operator)
            assert status(operator.run_id) < SUCCESS and isinstance(left.trigger, DbtCloudRunJobTrigger)
        assert run_job().execute_complete({}, event=fire(left.trigger)) == operator.run_id
        assert status(operator.run_id) == SUCCESS
        return f"run {operator.run_id}"

    def fails(**options):
        with broken(), capture_logs() as lines:
            error = expect_raises(DbtCloudJobRunException, lambda: execute(run_job, **options))
        told = " ".join(str(line) for line in lines)
        assert "broken on purpose" in told, f"the failed step's log is not in the task's: {told[-600:]}"
        return error

    def by_name():
        names = {"project_name": "Analytics", "environment_name": "Production", "job_name": "dbt build"}
        return execute(run_job, job_id=None, **names)

    def overrides():
        run = execute(
            run_job,
            steps_override=["dbt seed", "dbt run --select orders"],
            schema_override="pr_7",
            trigger_reason="x" * 300,
            additional_run_config={"threads_override": 2, "generate_docs_override": True},
        )
        data = read(run, "trigger", "run_steps")
        names = [step["name"] for step in data["run_steps"]][3:]
        assert names == [f"Invoke dbt with `dbt {word}`" for word in ("seed", "run --select orders", "docs generate")], names
        trigger = data["trigger"]
        assert (trigger["schema_override"], trigger["threads_override"]) == ("pr_7", 2), trigger
        assert trigger["cause"] == "x" * 255
        return names

    def retries():
        with broken():
            expect_raises(DbtCloudJobRunException, lambda: execute(run_job, retry_from_failure=True))
        failed = hook.get_job_runs(payload={"job_definition_id": JOB, "order_by": "-created_at", "limit": 1}).json()["data"][0]
        run = execute(run_job, Attempt(2), retry_from_failure=True)
        assert read(run)["retrying_run_id"] == failed["id"], read(run)
        results = hook.get_job_run_artifact(run, "run_results.json").json()["results"]
        assert [result["unique_id"] for result in results] == ["model.shop.orders"], results
        return f"run {run} resumed run {failed['id']} with its one failed model"

    def first_try_starts_afresh():
        with broken():
            expect_raises(DbtCloudJobRunException, lambda: execute(run_job, retry_from_failure=True))
        run = execute(run_job, retry_from_failure=True)
        assert read(run)["retrying_run_id"] is None
        return f"run {run}"

    def reuses():
        with held():
            first = execute(run_job, wait_for_termination=False)
            second = execute(run_job, wait_for_termination=False, reuse_existing_run=True)
            assert first == second, (first, second)
        until(first, SUCCESS)
        third = execute(run_job, reuse_existing_run=True)
        assert third > first
        return f"{first} twice, then {third}"

    def killed():
        operator, raised = run_job(), []

        def work():
            try:
                operator.execute({"ti": Attempt()})
            except Exception as error:  # noqa: BLE001 - looked at below
                raised.append(error)

        with held():
            thread = threading.Thread(target=work)
            thread.start()
            wait_until(lambda: operator.run_id is not None and status(operator.run_id) == RUNNING)
            operator.on_kill()
        thread.join()
        assert status(operator.run_id) == CANCELLED
        assert isinstance(raised[0], DbtCloudJobRunException), raised
        return f"run {operator.run_id} is {CANCELLED}"

    def killed_while_queued():
        with held():
            running = execute(run_job, wait_for_termination=False)
            queued = run_job(wait_for_termination=False)
            queued.execute({"ti": Attempt()})
            assert read(queued.run_id)["blocked_by"] == [running], read(queued.run_id)
            queued.on_kill()
            assert status(queued.run_id) == CANCELLED and status(running) < SUCCESS
        return until(running, SUCCESS)

    def times_out():
        with held():
            error = expect_raises(DbtCloudJobRunException, lambda: execute(run_job, timeout=1), "has not reached a terminal status")
            run = hook.get_job_runs(payload={"job_definition_id": JOB, "order_by": "-id", "limit": 1}).json()["data"][0]["id"]
            assert status(run) < SUCCESS, "a timeout of waiting must leave the run alone"
        until(run, SUCCESS)
        return error

    def times_out_deferred():
        with held():
            operator = run_job(deferrable=True, timeout=1)
            event = fire(defer(operator).trigger)
            assert event["status"] == "error" and "within the configured timeout" in event["message"], event
            assert status(operator.run_id) < SUCCESS
        until(operator.run_id, SUCCESS)
        return event["message"]

    def execution_timeout_deferred():
        with held():
            operator = run_job(deferrable=True, execution_timeout=timedelta(seconds=1))
            event = fire(defer(operator).trigger)
            assert event["status"] == "timeout", event
            error = expect_raises(DbtCloudJobRunException, lambda: run_job().execute_complete({}, event=event), "timed out")
            until(operator.run_id, CANCELLED)
        return error

    def cancelled_from_outside():
        with held():
            operator = run_job(deferrable=True)
            left = defer(operator)
            hook.cancel_job_run(run_id=operator.run_id)
            event = fire(left.trigger)
        assert event["status"] == "cancelled", event
        state["cancelled"] = operator.run_id
        return expect_raises(DbtCloudJobRunException, lambda: run_job().execute_complete({}, event=event), "has been cancelled")

    def artifact(path, **options):
        def build(**_):
            return DbtCloudGetJobRunArtifactOperator(task_id=f"task_{next(numbers)}", dag=dag, run_id=state["run"], path=path, **options)

        return execute(build)

    def artifacts():
        name = artifact("run_results.json", step=4)
        assert name == f"{state['run']}_run_results.json", name
        with open(name) as file:
            assert len(json.load(file)["results"]) == 2
        chosen = artifact("manifest.json", output_file_name="some/folder/manifest.json")
        with open(chosen) as file:
            assert "model.shop.orders" in json.load(file)["nodes"]
        artifact("compiled/shop/models/orders.sql", output_file_name="orders.sql")
        with open("orders.sql") as file:
            assert file.read() == "select 1 as orders"
        return [name, chosen, "orders.sql"]

    def missing_artifact():
        return expect_raises(Exception, lambda: artifact("nothing.json"), "404")

    def lists_jobs():
        def build(**options):
            return DbtCloudListJobsOperator(task_id=f"task_{next(numbers)}", dag=dag, **options)

        assert execute(build, project_id=PROJECT, order_by="-id") == [JOB]
        assert execute(build, project_id=PROJECT + 1) == []
        return execute(build)

    def lists_runs():
        def build(**options):
            return DbtCloudListJobRunsOperator(task_id=f"task_{next(numbers)}", dag=dag, job_id=JOB, **options)

        every = execute(build, include_related=["job", "environment"])
        assert all(run["job"]["id"] == JOB and run["environment"]["id"] == ENVIRONMENT for run in every)
        failed = execute(build, status_filter=ERROR)
        assert failed and {run["status"] for run in failed} == {ERROR}
        state["failed"] = failed[-1]["id"]
        latest = execute(build, latest_only=True)
        assert latest["id"] == max(run["id"] for run in every), latest["id"]
        return f"{len(every)} runs, {len(failed)} failed"

    def senses(**options):
        with held():
            run = execute(run_job, wait_for_termination=False)
            release = threading.Timer(2, lambda: open(os.environ["GATE_FILE"], "w").close())
            release.start()
            execute(lambda **given: sense(run, **given), **options)
        assert status(run) == SUCCESS
        return f"run {run}"

    def senses_failure(run, word, **options):
        return expect_raises(DbtCloudJobRunException, lambda: execute(lambda **given: sense(run, **given), **options), word)

    def sensor_times_out():
        with held():
            run = execute(run_job, wait_for_termination=False)
            error = expect_raises(Exception, lambda: execute(lambda **_: sense(run, timeout=1)))
            waiting = sense(run, deferrable=True, timeout=1)
            event = fire(defer(waiting).trigger)
            expect_raises(DbtCloudJobRunException, lambda: waiting.execute_complete({}, event=event), "within the configured timeout")
        until(run, SUCCESS)
        return error

    def trigger_alone():
        common = {"conn_id": "dbt_cloud_default", "end_time": time.time() + 60, "poll_interval": 0.2, "account_id": None}
        event = fire(DbtCloudRunJobTrigger(run_id=999_999, **common))
        assert event["status"] == "error" and "404" in event["message"], event
        done = DbtCloudRunJobTrigger(run_id=state["run"], **{**common, "account_id": ACCOUNT})
        assert asyncio.run(done.is_still_running(hook)) is False
        return event["message"]

    check("DbtCloudRunJobOperator", synchronous)
    check("DbtCloudRunJobOperator, wait_for_termination=False", not_waiting)
    check("DbtCloudRunJobOperator, deferrable", deferred)
    check("DbtCloudRunJobOperator, names instead of an id", by_name)
    check("DbtCloudRunJobOperator, overrides and a long cause", overrides)
    check("DbtCloudRunJobOperator, failing job", fails)
    check("DbtCloudRunJobOperator, failing job, deferrable", lambda: fails(deferrable=True))
    check("DbtCloudRunJobOperator, retry_from_failure", retries)
    check("DbtCloudRunJobOperator, retry_from_failure on the first try", first_try_starts_afresh)
    check("DbtCloudRunJobOperator, reuse_existing_run", reuses)
    check("DbtCloudRunJobOperator, on_kill", killed)
    check("DbtCloudRunJobOperator, on_kill of a queued run", killed_while_queued)
    check("DbtCloudRunJobOperator, timeout", times_out)
    check("DbtCloudRunJobOperator, timeout, deferrable", times_out_deferred)
    check("DbtCloudRunJobOperator, execution_timeout, deferrable", execution_timeout_deferred)
    check("DbtCloudRunJobOperator, cancelled from outside", cancelled_from_outside)
    check("DbtCloudGetJobRunArtifactOperator", artifacts)
    check("DbtCloudGetJobRunArtifactOperator, no such artifact", missing_artifact)
    check("DbtCloudListJobsOperator", lists_jobs)
    check("DbtCloudListJobRunsOperator", lists_runs)
    check("DbtCloudJobRunSensor", senses)
    check("DbtCloudJobRunSensor, deferrable", lambda: senses(deferrable=True))
    check("DbtCloudJobRunSensor, failed run", lambda: senses_failure(state["failed"], "has failed"))
    check("DbtCloudJobRunSensor, failed run, deferrable", lambda: senses_failure(state["failed"], "has failed", deferrable=True))
    check("DbtCloudJobRunSensor, cancelled run", lambda: senses_failure(state["cancelled"], "has been cancelled"))
    check("DbtCloudJobRunSensor, timeout in both modes", sensor_times_out)
    check("DbtCloudRunJobTrigger, unknown run", trigger_alone)
    report_versions("apache-airflow-providers-dbt-cloud", "apache-airflow-core", "requests", "aiohttp")


if __name__ == "__main__":
    main()
