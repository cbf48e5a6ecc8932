"""Dags of the kind people have: the provider's tasks, joined by templates, run by Airflow itself."""

from datetime import datetime, timedelta, timezone

from airflow.providers.dbt.cloud.operators.dbt import (
    DbtCloudGetJobRunArtifactOperator,
    DbtCloudListJobsOperator,
    DbtCloudRunJobOperator,
)
from airflow.providers.dbt.cloud.sensors.dbt import DbtCloudJobRunSensor
from airflow.sdk import DAG

BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)
ARGUMENTS = {"job_id": 65767, "check_interval": 1}

with DAG("transform", schedule=None, start_date=BEGIN) as transform:
    build = DbtCloudRunJobOperator(task_id="build", deferrable=True, **ARGUMENTS)
    trigger = DbtCloudRunJobOperator(task_id="trigger", wait_for_termination=False, **ARGUMENTS)
    wait = DbtCloudJobRunSensor(task_id="wait", run_id=trigger.output, deferrable=True, poke_interval=1)
    poke = DbtCloudJobRunSensor(task_id="poke", run_id="{{ ti.xcom_pull('trigger') }}", poke_interval=1)
    fetch = DbtCloudGetJobRunArtifactOperator(
        task_id="fetch", run_id="{{ ti.xcom_pull('build', key='job_run_id') }}", path="run_results.json"
    )
    DbtCloudListJobsOperator(task_id="list") >> build >> trigger >> wait >> poke
    build >> fetch

with DAG("breaks", schedule=None, start_date=BEGIN) as breaks:
    DbtCloudRunJobOperator(task_id="build", **ARGUMENTS)


with DAG("overruns", schedule=None, start_date=BEGIN) as overruns:
    DbtCloudRunJobOperator(task_id="build", execution_timeout=timedelta(seconds=3), **ARGUMENTS)
