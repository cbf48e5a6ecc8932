"""Drives the hook of Airflow's own dbt Cloud provider, unchanged, against a job service."""

import asyncio

from airflow.providers.dbt.cloud.hooks.dbt import DbtCloudHook, DbtCloudJobRunStatus
from checks import ACCOUNT, JOB, PROJECT, broken, check, report_versions


def wait(hook, run_id, expected):
    reached = hook.wait_for_job_run_status(run_id, expected_statuses=expected, check_interval=1, timeout=120)
    assert reached, f"run {run_id} is {hook.get_job_run_status(run_id)}"
    return run_id


def main():
    hook = DbtCloudHook(dbt_cloud_conn_id="dbt_cloud_default")
    state = {}

    def trigger_and_wait():
        data = hook.trigger_job_run(job_id=JOB, cause="conformance").json()["data"]
        state["run"] = data["id"]
        assert data["href"] and data["job"]["triggers"] is not None
        return wait(hook, data["id"], DbtCloudJobRunStatus.SUCCESS.value)

    def failed_then_retry():
        with broken():
            failed = hook.trigger_job_run(job_id=JOB, cause="to fail").json()["data"]["id"]
            wait(hook, failed, DbtCloudJobRunStatus.ERROR.value)
        again = hook.trigger_job_run(job_id=JOB, cause="retry", retry_from_failure=True).json()["data"]
        assert again["retrying_run_id"] == failed, again
        return wait(hook, again["id"], DbtCloudJobRunStatus.SUCCESS.value)

    def cancel():
        run = hook.trigger_job_run(job_id=JOB, cause="to cancel").json()["data"]["id"]
        hook.cancel_job_run(run_id=run)
        return wait(hook, run, DbtCloudJobRunStatus.CANCELLED.value)

    def artifacts():
        names = hook.list_job_run_artifacts(state["run"]).json()["data"]
        assert "manifest.json" in names, names
        results = hook.get_job_run_artifact(state["run"], "run_results.json", step=4).json()
        both = asyncio.run(
            hook.get_job_run_artifacts_concurrently(state["run"], ["manifest.json", "run_results.json"], step=4)
        )
        assert set(both) == {"manifest.json", "run_results.json"}
        return f"{len(results['results'])} results"

    def asynchronous():
        status = asyncio.run(hook.get_job_status(run_id=state["run"], account_id=ACCOUNT))
        assert status == DbtCloudJobRunStatus.SUCCESS.value, status
        return status

    def open_lineage():
        run = hook.get_job_run(run_id=state["run"], include_related=["run_steps,job"]).json()["data"]
        steps = [step["name"] for step in run["run_steps"] if step["name"].startswith("Invoke dbt with `")]
        connection = hook.get_project(project_id=PROJECT).json()["data"]["connection"]
        assert run["job"]["execute_steps"] and {"name", "type", "details"} <= set(connection), connection
        return steps

    check("test_connection", lambda: hook.test_connection())
    check("get_account", lambda: hook.get_account().json()["data"]["name"])
    check("list_projects (v3, paged)", lambda: [row["name"] for page in hook.list_projects() for row in page.json()["data"]])
    check("get_job_by_name", lambda: hook.get_job_by_name(project_name="Analytics", environment_name="Production", job_name="dbt build")["id"])
    check("list_jobs", lambda: [row["id"] for page in hook.list_jobs() for row in page.json()["data"]])
    check("get_job (no slash)", lambda: hook.get_job(job_id=JOB).json()["data"]["name"])
    check("trigger and wait", trigger_and_wait)
    check("get_job_runs (status__in)", lambda: hook.get_job_runs(payload={"job_definition_id": JOB, "status__in": "[1, 2, 3]", "order_by": "-created_at"}).json()["data"])
    check("list_job_runs (paged)", lambda: sum(len(page.json()["data"]) for page in hook.list_job_runs(include_related=["trigger", "job"])))
    check("artifacts of a step", artifacts)
    check("asynchronous status (aiohttp)", asynchronous)
    check("what OpenLineage reads", open_lineage)
    check("retry from failure", failed_then_retry)
    check("cancel", cancel)
    report_versions("apache-airflow-providers-dbt-cloud", "apache-airflow-core", "requests", "aiohttp")


if __name__ == "__main__":
    main()
