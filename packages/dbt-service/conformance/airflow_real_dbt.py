"""Drives Airflow's own dbt Cloud provider, unchanged, against a whole environment whose job builds the flights example for real."""

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from threading import Thread

from airflow.providers.dbt.cloud.hooks.dbt import DbtCloudHook, DbtCloudJobRunException
from airflow.providers.dbt.cloud.operators.dbt import DbtCloudGetJobRunArtifactOperator, DbtCloudRunJobOperator
from airflow.providers.dbt.cloud.sensors.dbt import DbtCloudJobRunSensor
from airflow.sdk import DAG
from checks import ACCOUNT, CANCELLED, JOB, check, expect_raises, report_versions, wait_until

MODEL = Path(os.environ["PROJECT_DIR"]) / "dbt/models/marts/fct_daily_delays.sql"
dag = DAG("real_dbt", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=timezone.utc))
hook = DbtCloudHook()


class Attempt:
    try_number = 1
    start_date = datetime.now(timezone.utc)

    def __init__(self):
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


def run_job(task_id, **options):
    return DbtCloudRunJobOperator(task_id=task_id, dag=dag, job_id=JOB, check_interval=1, timeout=120, **options)


def read_results(run_id):
    operator = DbtCloudGetJobRunArtifactOperator(
        task_id=f"fetch_{run_id}", dag=dag, run_id=run_id, path="run_results.json", output_file_name=f"results_{run_id}.json"
    )
    return json.loads(Path(operator.execute({"ti": Attempt()})).read_text())["results"]


def builds():
    attempt = Attempt()
    run_id = run_job("build").execute({"ti": attempt})
    results = read_results(run_id)
    bad = [result["unique_id"] for result in results if result["status"] not in ("success", "pass", "warn", "no-op")]
    assert len(results) > 25 and not bad, (len(results), bad)
    sensor = DbtCloudJobRunSensor(task_id="sense", dag=dag, run_id=run_id)
    assert sensor.poke({"ti": attempt}) is True
    return f"run {run_id}: {len(results)} nodes, {attempt.pushed['job_run_url']}"


def names_the_broken_model():
    source = MODEL.read_text()
    MODEL.write_text(source.replace("max(delay_min)", "max(no_such_column)"))
    try:
        attempt = Attempt()
        expect_raises(DbtCloudJobRunException, lambda: run_job("broken").execute({"ti": attempt}))
    finally:
        MODEL.write_text(source)
    run_id = int(attempt.pushed["job_run_url"].rstrip("/").split("/")[-1])
    [failed] = [result for result in read_results(run_id) if result["status"] == "error"]
    assert "no_such_column" in failed["message"] and "fct_daily_delays.sql" in failed["message"], failed
    return f"run {run_id}: {failed['unique_id']}: {failed['message'].splitlines()[1].strip()}"


def goes_on_from_the_failure():
    failed = hook.get_job_runs(payload={"job_definition_id": JOB, "order_by": "-id", "limit": 1})
    assert failed[0].json()["data"][0]["is_error"] if isinstance(failed, list) else failed.json()["data"][0]["is_error"]
    run_id = run_job("again", retry_from_failure=True).execute({"ti": type("Retry", (Attempt,), {"try_number": 2})()})
    results = read_results(run_id)
    assert 0 < len(results) < 25 and all(result["status"] != "error" for result in results), len(results)
    return f"run {run_id}: {len(results)} nodes"


def is_cancelled():
    operator = run_job("cancelled")
    attempt = Attempt()
    thread = Thread(target=lambda: expect_raises(Exception, lambda: operator.execute({"ti": attempt})))
    thread.start()
    wait_until(lambda: getattr(operator, "run_id", None))
    operator.on_kill()
    thread.join(60)
    run = wait_until(lambda: (found := hook.get_job_run(run_id=operator.run_id).json()["data"])["is_complete"] and found)
    assert run["status"] == CANCELLED, run["status"]
    return f"run {operator.run_id} ends as {run['status']}"


check("trigger, wait, artifact: a real build", builds)
check("a model that fails in the database is named", names_the_broken_model)
check("retry_from_failure builds what was left", goes_on_from_the_failure)
check("on_kill cancels a build under way", is_cancelled)
report_versions("apache-airflow-providers-dbt-cloud", "apache-airflow-core")
