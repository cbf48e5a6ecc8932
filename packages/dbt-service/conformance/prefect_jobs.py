"""Drives prefect-dbt's dbt Cloud tasks and flows, unchanged, against a job service that runs the real engine."""

import asyncio
import os

from checks import ACCOUNT, ENVIRONMENT, JOB, PROJECT, broken_model, check, expect_raises, report_versions
from prefect import flow
from prefect.testing.utilities import prefect_test_harness
from prefect_dbt.cloud import DbtCloudCredentials, DbtCloudJob
from prefect_dbt.cloud.exceptions import DbtCloudJobRunFailed, DbtCloudJobRunTriggerFailed
from prefect_dbt.cloud.jobs import (
    create_dbt_cloud_job,
    delete_dbt_cloud_job,
    get_dbt_cloud_job_info,
    retry_dbt_cloud_job_run_subset_and_wait_for_completion,
    run_dbt_cloud_job,
    trigger_dbt_cloud_job_run,
    trigger_dbt_cloud_job_run_and_wait_for_completion,
)
from prefect_dbt.cloud.models import TriggerJobRunOptions
from prefect_dbt.cloud.runs import get_dbt_cloud_run_artifact, get_dbt_cloud_run_info, list_dbt_cloud_run_artifacts


def main():
    credentials = DbtCloudCredentials(
        api_key=os.environ["DBT_SERVICE_TOKEN"], account_id=ACCOUNT, domain=os.environ["DBT_SERVICE_HOST"]
    )
    state = {}

    def in_flow(body):
        @flow
        async def one():
            return await body()

        return asyncio.run(one())

    def job_info():
        info = in_flow(lambda: get_dbt_cloud_job_info(dbt_cloud_credentials=credentials, job_id=JOB))
        assert info["id"] == JOB, info
        return info["name"]

    def creates_and_deletes():
        async def body():
            made = await create_dbt_cloud_job(
                credentials, project_id=PROJECT, environment_id=ENVIRONMENT, name="by prefect", execute_steps=["dbt seed"]
            )
            await delete_dbt_cloud_job(credentials, job_id=made["id"])
            return made["id"]

        return in_flow(body)

    def triggers():
        state["run"] = in_flow(
            lambda: trigger_dbt_cloud_job_run_and_wait_for_completion(
                dbt_cloud_credentials=credentials, job_id=JOB, poll_frequency_seconds=1,
                trigger_job_run_options=TriggerJobRunOptions(cause="prefect", threads_override=2),
            )
        )["id"]
        return f"run {state['run']}"

    def artifacts():
        async def body():
            names = await list_dbt_cloud_run_artifacts(credentials, run_id=state["run"])
            results = await get_dbt_cloud_run_artifact(credentials, run_id=state["run"], path="run_results.json")
            env = results["metadata"]["env"]
            assert env["DBT_CLOUD_RUN_ID"] == str(state["run"]), env
            return names

        return in_flow(body)

    def info():
        found = in_flow(lambda: get_dbt_cloud_run_info(credentials, run_id=state["run"], include_related=["trigger", "run_steps"]))
        assert found["trigger"]["cause"] == "prefect" and len(found["run_steps"]) == 4, found
        return [step["name"] for step in found["run_steps"]]

    def refused():
        body = lambda: in_flow(lambda: trigger_dbt_cloud_job_run(credentials, job_id=999_999))  # noqa: E731
        return expect_raises(DbtCloudJobRunTriggerFailed, body, "permissions")

    def subset():
        """The failed step, and every step that it kept from running, run again: none is passed over."""

        async def body():
            job = await create_dbt_cloud_job(
                credentials, project_id=PROJECT, environment_id=ENVIRONMENT, name="three steps",
                execute_steps=["dbt seed", "dbt run", "dbt test"],
            )
            with broken_model():
                try:
                    await trigger_dbt_cloud_job_run_and_wait_for_completion(
                        dbt_cloud_credentials=credentials, job_id=job["id"], poll_frequency_seconds=1, retry_filtered_models_attempts=0
                    )
                except Exception:  # noqa: BLE001 - that it fails is what is wanted
                    pass
            client = credentials.get_administrative_client()
            async with client:
                failed = (await client.call_endpoint("GET", "/runs/", params={"job_definition_id": job["id"], "order_by": "-id"})).json()["data"][0]
            again = await retry_dbt_cloud_job_run_subset_and_wait_for_completion(
                credentials, run_id=failed["id"], poll_frequency_seconds=1
            )
            steps = await get_dbt_cloud_run_info(credentials, run_id=again["id"], include_related=["run_steps"])
            return [step["name"] for step in steps["run_steps"][3:]]

        names = in_flow(body)
        assert len(names) == 2 and "dbt run" in names[0] and "dbt test" in names[1], names
        return names

    def block():
        result = in_flow(lambda: run_dbt_cloud_job(DbtCloudJob(dbt_cloud_credentials=credentials, job_id=JOB)))
        return str(result)[:100]

    def failed():
        with broken_model():
            body = lambda: in_flow(  # noqa: E731
                lambda: trigger_dbt_cloud_job_run_and_wait_for_completion(
                    dbt_cloud_credentials=credentials, job_id=JOB, poll_frequency_seconds=1, retry_filtered_models_attempts=0
                )
            )
            return expect_raises(DbtCloudJobRunFailed, body)

    with prefect_test_harness():
        check("job", job_info)
        check("create and delete a job", creates_and_deletes)
        check("trigger and wait", triggers)
        check("artifacts say which run they are of", artifacts)
        check("run with its steps", info)
        check("a job that is not there", refused)
        check("retry of a subset runs the steps never run", subset)
        check("DbtCloudJob block", block)
        check("a run that fails", failed)
    report_versions("prefect-dbt", "prefect")


main()
