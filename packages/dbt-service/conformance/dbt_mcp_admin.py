"""Drives the administrative client of dbt-mcp, unchanged, against a job service that runs the real engine."""

import asyncio
import os
from types import SimpleNamespace

from checks import ACCOUNT, ENVIRONMENT, JOB, PROJECT, SUCCESS, broken_model, check, expect_raises, report_versions
from dbt_mcp.dbt_admin.client import DbtAdminAPIClient


class Settings:
    async def get_config(self):
        headers = SimpleNamespace(get_headers=lambda: {"Authorization": f"Bearer {os.environ['DBT_SERVICE_TOKEN']}"})
        return SimpleNamespace(url=os.environ["DBT_SERVICE_URL"], headers_provider=headers, account_id=ACCOUNT)


def main():
    client = DbtAdminAPIClient(Settings())
    state = {}
    rows = lambda answer: getattr(answer, "items", answer)  # noqa: E731

    def run(coroutine):
        return asyncio.run(coroutine)

    def wait(run_id):
        async def body():
            while True:
                details = await client.get_job_run_details(ACCOUNT, run_id)
                if details["is_complete"]:
                    return details
                await asyncio.sleep(0.5)

        return run(body())

    def trigger():
        state["run"] = run(client.trigger_job_run(ACCOUNT, JOB, "dbt-mcp"))["id"]
        assert wait(state["run"])["status"] == SUCCESS
        return state["run"]

    def artifacts():
        names = run(client.list_job_run_artifacts(ACCOUNT, state["run"]))
        assert any("manifest.json" in str(name) for name in names), names
        return names

    def retry():
        with broken_model():
            failed = run(client.trigger_job_run(ACCOUNT, JOB, "to fail"))["id"]
            wait(failed)
        again = run(client.retry_job_run(ACCOUNT, failed))["id"]
        assert wait(again)["status"] == SUCCESS
        return f"run {again} resumed run {failed}"

    def cancel():
        started = run(client.trigger_job_run(ACCOUNT, JOB, "to cancel"))["id"]
        run(client.cancel_job_run(ACCOUNT, started))
        return wait(started)["status_humanized"]

    check("account", lambda: run(client.get_account(ACCOUNT))["name"])
    check("who asks", lambda: str(run(client.get_current_user()))[:80])
    check("projects", lambda: str(rows(run(client.list_projects(ACCOUNT))))[:80])
    check("environment", lambda: str(run(client.get_environment(ENVIRONMENT)))[:80])
    check("environments of a project", lambda: str(run(client.fetch_project_environment_responses(PROJECT)))[:80])
    check("jobs", lambda: str(rows(run(client.list_jobs(ACCOUNT, project_id=PROJECT))))[:80])
    check("job", lambda: run(client.get_job_details(ACCOUNT, JOB))["name"])
    check("trigger", trigger)
    check("runs", lambda: str(rows(run(client.list_jobs_runs(ACCOUNT, job_definition_id=JOB))))[:80])
    check("run", lambda: run(client.get_job_run_details(ACCOUNT, state["run"]))["status_humanized"])
    check("artifacts", artifacts)
    check("artifact", lambda: str(run(client.get_job_run_artifact(ACCOUNT, state["run"], "run_results.json")))[:80])
    check("retry", retry)
    check("cancel", cancel)
    report_versions("dbt-mcp")


main()
