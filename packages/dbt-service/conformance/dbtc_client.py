"""Drives dbtc, unchanged, against a job service."""

import os

from checks import ACCOUNT, CANCELLED, ENVIRONMENT, ERROR, JOB, PROJECT, SUCCESS, broken, check, held, report_versions
from dbtc import dbtCloudClient


def main():
    cloud = dbtCloudClient(service_token=os.environ["DBT_SERVICE_TOKEN"], host=os.environ["DBT_SERVICE_HOST"]).cloud
    state = {}

    def data(answer, code=200):
        assert answer["status"]["code"] == code and answer["status"]["is_success"], answer["status"]
        return answer["data"]

    def run(payload=None):
        return data(cloud.trigger_job(ACCOUNT, JOB, payload or {"cause": "dbtc"}, poll_interval=1))

    def triggers():
        state["run"] = run()["id"]
        answer = data(cloud.get_run(ACCOUNT, state["run"], include_related=["trigger", "job", "run_steps", "environment"]))
        assert answer["status"] == SUCCESS and answer["trigger"]["cause"] == "dbtc" and answer["run_steps"], answer
        return [step["name"] for step in answer["run_steps"]]

    def resumes():
        with broken():
            failed = run()
        assert failed["status"] == ERROR, failed["status"]
        again = data(cloud.trigger_job_from_failure(ACCOUNT, JOB, poll_interval=1))
        assert again["retrying_run_id"] == failed["id"] and again["status"] == SUCCESS, again
        return f"run {again['id']} resumed run {failed['id']}"

    def cancels():
        with held():
            started = data(cloud.trigger_job(ACCOUNT, JOB, {"cause": "to cancel"}, should_poll=False))
            data(cloud.cancel_run(ACCOUNT, started["id"]))
            ended = cloud._poll_for_completion({"data": started}, 1)["data"]
        assert ended["status"] == CANCELLED, ended["status"]
        return f"run {ended['id']}"

    def artifacts():
        names = data(cloud.list_run_artifacts(ACCOUNT, state["run"]))
        manifest = cloud.get_run_artifact(ACCOUNT, state["run"], "manifest.json")
        newest = cloud.get_most_recent_run_artifact(ACCOUNT, "run_results.json", job_definition_id=JOB, step=4)
        sql = cloud.get_run_artifact(ACCOUNT, state["run"], "compiled/shop/models/orders.sql")
        assert "model.shop.orders" in manifest["nodes"] and newest["results"] and sql == "select 1 as orders", sql
        return names

    def jobs():
        job = data(cloud.get_job(ACCOUNT, JOB, include_related=["environment", "project"]))
        made = data(cloud.create_job(ACCOUNT, {**job, "id": None, "name": "a copy", "execute_steps": ["dbt run"]}), 201)
        changed = data(cloud.update_job(ACCOUNT, made["id"], {**made, "name": "renamed"}))
        assert changed["name"] == "renamed" and changed["execute_steps"] == ["dbt run"], changed
        names = [row["name"] for row in data(cloud.list_jobs(ACCOUNT, project_id=PROJECT, order_by="-id"))]
        assert names == ["renamed", "dbt build"], names
        data(cloud.delete_job(ACCOUNT, made["id"]))
        assert [row["id"] for row in data(cloud.list_jobs(ACCOUNT))] == [JOB]
        return names

    def runs():
        every = data(cloud.list_runs(ACCOUNT, job_definition_id=JOB, order_by="-id", include_related=["job", "trigger"]))
        failed = data(cloud.list_runs(ACCOUNT, status=["error", "cancelled"]))
        assert {row["status"] for row in failed} == {ERROR, CANCELLED}, failed
        latest = data(cloud.get_most_recent_run(ACCOUNT, job_definition_id=JOB))
        assert latest["id"] == every[0]["id"], latest["id"]
        return f"{len(every)} runs, {len(failed)} failed or cancelled"

    def places():
        account = data(cloud.get_account_by_name("Airloom"))
        project = data(cloud.get_project_by_name("Analytics", account_id=ACCOUNT))
        listed = data(cloud.list_environments(ACCOUNT, PROJECT))
        one = data(cloud.get_environment(ACCOUNT, PROJECT, ENVIRONMENT))
        assert (account["id"], project["id"], listed[0]["id"], one["id"]) == (ACCOUNT, PROJECT, ENVIRONMENT, ENVIRONMENT)
        return f"{account['name']}, {project['name']}, {one['name']}"

    def projects():
        made = data(cloud.create_project(ACCOUNT, {"name": "Second", "account_id": ACCOUNT}), 201)
        names = [row["name"] for row in data(cloud.list_projects(ACCOUNT))]
        assert "Second" in names, names
        changed = data(cloud.update_project(ACCOUNT, made["id"], {**made, "name": "Renamed"}))
        assert changed["name"] == "Renamed", changed
        data(cloud.delete_project(ACCOUNT, made["id"]))
        assert [row["id"] for row in data(cloud.list_projects(ACCOUNT))] == [PROJECT]
        return names

    def variables():
        bulk = {"new_name": "DBT_COLOUR", "project": "red", "Production": "blue"}
        cloud.create_env_vars_bulk(ACCOUNT, PROJECT, {"env_var": bulk})
        found = data(cloud.list_environment_variables(ACCOUNT, PROJECT))
        assert found["variables"]["DBT_COLOUR"]["Production"]["value"] == "blue", found
        return found["variables"]["DBT_COLOUR"]

    def tokens():
        made = data(cloud.create_service_token(ACCOUNT, {"name": "from dbtc", "account_id": ACCOUNT, "state": 1}), 201)
        assert made["token_string"].startswith("dbtc_"), made
        grants = [{"account_id": ACCOUNT, "service_token_id": made["id"], "permission_set": "job_viewer", "all_projects": True, "state": 1}]
        cloud.assign_service_token_permissions(ACCOUNT, made["id"], grants)
        held_now = data(cloud.list_service_token_permissions(ACCOUNT, made["id"]))
        assert [grant["permission_set"] for grant in held_now] == ["job_viewer"], held_now
        viewer = dbtCloudClient(service_token=made["token_string"], host=os.environ["DBT_SERVICE_HOST"]).cloud
        assert [job["id"] for job in data(viewer.list_jobs(ACCOUNT))] == [JOB]
        refused = viewer.trigger_job(ACCOUNT, JOB, {"cause": "may not"})
        assert refused["status"]["code"] in (403, 404), refused
        return refused["status"]["user_message"]

    check("accounts, projects and environments by name", places)
    check("trigger_job, which polls", triggers)
    check("trigger_job_from_failure", resumes)
    check("cancel_run", cancels)
    check("artifacts", artifacts)
    check("list_runs, get_most_recent_run", runs)
    check("jobs: create from one that was read, update, list, delete", jobs)
    check("projects: create, update, list, delete", projects)
    check("environment variables in bulk", variables)
    check("service tokens: create, permissions, use, refusal", tokens)
    report_versions("dbtc", "requests")


if __name__ == "__main__":
    main()
