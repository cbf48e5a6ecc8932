"""Runs Dags of Airflow's own dbt Cloud provider through Airflow itself, against a job service."""

import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

HERE = Path(__file__).parent
os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(HERE / "dags")
os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
AIRFLOW = Path(sys.executable).with_name("airflow")

for words in (["db", "migrate"], ["dags", "reserialize"]):
    subprocess.run([AIRFLOW, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

from airflow.providers.dbt.cloud.hooks.dbt import DbtCloudHook  # noqa: E402 - the database must stand first
from checks import CANCELLED, ERROR, JOB, SUCCESS, broken, check, held, report_versions  # noqa: E402
from dags.dbt_cloud import breaks, overruns, transform  # noqa: E402


def main():
    hook = DbtCloudHook()

    def test(dag):
        # Airflow logs to standard output, which is for results here.
        with redirect_stdout(sys.stderr):
            run = dag.test()
        return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}

    def latest():
        return hook.get_job_runs(payload={"job_definition_id": JOB, "order_by": "-id", "limit": 1}).json()["data"][0]

    def goes_well():
        states = test(transform)
        assert set(states.values()) == {"success"}, states
        assert latest()["status"] == SUCCESS
        return states

    def goes_wrong():
        with broken():
            states = test(breaks)
        assert states == {"build": "failed"} and latest()["status"] == ERROR, states
        return states

    def is_stopped():
        with held():
            states = test(overruns)
        assert states == {"build": "failed"} and latest()["status"] == CANCELLED, (states, latest()["status"])
        return f"run {latest()['id']} is {CANCELLED}"

    check("a Dag that runs, waits, pokes, fetches and lists", goes_well)
    check("a Dag whose job fails", goes_wrong)
    check("a Dag whose task overruns its execution_timeout (on_kill)", is_stopped)
    report_versions("apache-airflow-providers-dbt-cloud", "apache-airflow-core", "requests", "aiohttp")


if __name__ == "__main__":
    main()
