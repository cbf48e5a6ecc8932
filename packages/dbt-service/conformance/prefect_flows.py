"""Runs the flows, tasks and blocks of prefect-dbt, unchanged, against a job service that runs the real engine."""

import asyncio
import os

# Prefect's own server, started beside the script: a busy machine takes its time.
os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "600"
os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"

from prefect import flow  # noqa: E402 - after its settings
from prefect_dbt.cloud import DbtCloudCredentials, DbtCloudJob  # noqa: E402
from prefect_dbt.cloud import jobs, runs  # noqa: E402
from prefect_dbt.cloud.exceptions import DbtCloudJobRunFailed  # noqa: E402
from prefect_dbt.cloud.models import TriggerJobRunOptions  # noqa: E402

from checks import ACCOUNT, ENVIRONMENT, JOB, PROJECT, SUCCESS, broken_model, check, expect_raises, report_versions  # noqa: E402


def main():
    credentials = DbtCloudCredentials(
        api_key=os.environ["DBT_SERVICE_TOKEN"], account_id=ACCOUNT, domain=os.environ["DBT_SERVICE_HOST"]
    )
    block = DbtCloudJob(dbt_cloud_credentials=credentials, job_id=JOB, interval_seconds=1, timeout_seconds=300)
    polling = {"poll_frequency_seconds": 1, "max_wait_seconds": 300}
    state = {}

    def in_flow(task, **given):
        @flow
        async def one():
            return await task(dbt_cloud_credentials=credentials, **given)

        return asyncio.run(one())

    def whole():
        run = asyncio.run(
            jobs.trigger_dbt_cloud_job_run_and_wait_for_completion(
                dbt_cloud_credentials=credentials, job_id=JOB,
                trigger_job_run_options=TriggerJobRunOptions(threads_override=2), **polling,
            )
        )
        assert run["status"] == SUCCESS and "manifest.json" in run["artifact_paths"], run
        state["run"] = run["id"]
        return run["id"]

    def of_block():
        run = asyncio.run(jobs.run_dbt_cloud_job(dbt_cloud_job=block))
        assert run["status"] == SUCCESS, run
        return run["artifact_paths"]

    def assets():
        return asyncio.run(jobs.run_dbt_cloud_job(dbt_cloud_job=block, create_assets=True))["id"]

    def failing():
        # Its retries ask for a run without its steps and then look for them there: they work nowhere.
        with broken_model():
            return expect_raises(
                DbtCloudJobRunFailed, lambda: asyncio.run(jobs.run_dbt_cloud_job(dbt_cloud_job=block, targeted_retries=0))
            )

    def retried():
        with broken_model():
            run_id = in_flow(jobs.trigger_dbt_cloud_job_run, job_id=JOB)["id"]
            asyncio.run(runs.wait_for_dbt_cloud_job_run(run_id=run_id, dbt_cloud_credentials=credentials, **polling))
        again = asyncio.run(
            jobs.retry_dbt_cloud_job_run_subset_and_wait_for_completion(
                dbt_cloud_credentials=credentials, run_id=run_id, trigger_job_run_options=TriggerJobRunOptions(), **polling
            )
        )
        assert again["status"] == SUCCESS and again["id"] != run_id, again
        return again["id"]

    def a_job():
        made = in_flow(jobs.create_dbt_cloud_job, project_id=PROJECT, environment_id=ENVIRONMENT, name="by prefect")
        in_flow(jobs.delete_dbt_cloud_job, job_id=made["id"])
        return made["id"]

    def an_artifact():
        artifact = in_flow(runs.get_dbt_cloud_run_artifact, run_id=state["run"], path="run_results.json")
        assert artifact["metadata"]["env"]["DBT_CLOUD_RUN_ID"] == str(state["run"]), artifact["metadata"]
        return len(artifact["results"])

    check("get_dbt_cloud_job_info", lambda: in_flow(jobs.get_dbt_cloud_job_info, job_id=JOB)["name"])
    check("create_dbt_cloud_job, delete_dbt_cloud_job", a_job)
    check("trigger_dbt_cloud_job_run_and_wait_for_completion", whole)
    check("get_dbt_cloud_run_info", lambda: in_flow(runs.get_dbt_cloud_run_info, run_id=state["run"])["status_humanized"])
    check("list_dbt_cloud_run_artifacts", lambda: in_flow(runs.list_dbt_cloud_run_artifacts, run_id=state["run"]))
    check("get_dbt_cloud_run_artifact", an_artifact)
    check("run_dbt_cloud_job with the DbtCloudJob block", of_block)
    check("run_dbt_cloud_job that materializes assets", assets)
    check("run_dbt_cloud_job of a job that fails", failing)
    check("retry_dbt_cloud_job_run_subset_and_wait_for_completion", retried)
    report_versions("prefect-dbt", "prefect")


main()
