"""Runs the commands of dbt-cloud-cli, unchanged, against a job service that runs the real engine."""

import json
import os
import subprocess
import sys

from checks import ACCOUNT, ENVIRONMENT, JOB, PROJECT, SUCCESS, broken_model, check, report_versions

TOOL = os.path.join(os.path.dirname(sys.executable), "dbt-cloud")


def main():
    state = {}

    def tool(*words, code=0):
        environment = {
            **os.environ, "DBT_CLOUD_HOST": os.environ["DBT_SERVICE_HOST"], "DBT_CLOUD_API_TOKEN": os.environ["DBT_SERVICE_TOKEN"],
            "DBT_CLOUD_ACCOUNT_ID": str(ACCOUNT), "DBT_CLOUD_JOB_ID": str(JOB),
        }
        done = subprocess.run([TOOL, *map(str, words)], env=environment, capture_output=True, text=True)
        assert done.returncode == code, f"{done.returncode}: {done.stdout[-200:]} {done.stderr[-300:]}"
        start = done.stdout.find("{")
        return json.JSONDecoder().raw_decode(done.stdout[start:])[0]["data"] if start >= 0 else done.stdout

    def runs():
        tool("job", "run", "--wait", "--cause", "cli")
        row = tool("run", "list", "--limit", 1, "--order-by", "-id")
        state["run"] = row[0]["id"]
        assert row[0]["status"] == SUCCESS, row
        return state["run"]

    def artifacts():
        names = tool("run", "list-artifacts", "--run-id", state["run"])
        assert "manifest.json" in names, names
        return names

    def artifact():
        file = os.path.join(os.environ["HOME"], "run_results.json")
        tool("run", "get-artifact", "--run-id", state["run"], "--path", "run_results.json", "--file", file)
        with open(file) as opened:
            return json.load(opened)["metadata"]["env"]["DBT_CLOUD_RUN_ID"]

    def a_failure():
        with broken_model():
            tool("job", "run", "--wait", code=1)
        return "exit code 1"

    def jobs():
        made = tool(
            "job", "create", "--project-id", PROJECT, "--environment-id", ENVIRONMENT, "--name", "by the cli",
            "--execute-steps", '["dbt seed"]',
        )
        tool("job", "get", "--job-id", made["id"])
        tool("job", "delete", "--job-id", made["id"])
        return made["id"]

    def exports():
        file = os.path.join(os.environ["HOME"], "job.json")
        tool("job", "export", "--file", file)
        with open(file) as opened:
            return json.load(opened)["name"]

    def environments():
        made = tool("environment", "create", "--project-id", PROJECT, "--name", "Staging", "--dbt-version", "latest", "--type", "deployment")
        tool("environment", "get", "--environment-id", made["id"], "--project-id", PROJECT)
        tool("environment", "delete", "--environment-id", made["id"], "--project-id", PROJECT)
        return made["id"]

    def projects():
        made = tool("project", "create", "--name", "Second", "--type", 0)
        tool("project", "get", "--project-id", made["id"])
        tool("project", "update", "--project-id", made["id"], "--name", "Renamed", "--type", 0)
        tool("project", "delete", "--project-id", made["id"])
        return made["id"]

    check("account list", lambda: tool("account", "list")[0]["name"])
    check("account get", lambda: tool("account", "get")["name"])
    check("project list", lambda: tool("project", "list")[0]["name"])
    check("project create, get, update, delete", projects)
    check("environment list", lambda: tool("environment", "list", "--project-id", PROJECT)[0]["name"])
    check("environment create, get, delete", environments)
    check("connection list", lambda: tool("connection", "list", "--project-id", PROJECT))
    check("job list", lambda: tool("job", "list")[0]["name"])
    check("job create, get, delete", jobs)
    check("job export", exports)
    check("job run --wait", runs)
    check("run get", lambda: tool("run", "get", "--run-id", state["run"])["status_humanized"])
    check("run list-artifacts", artifacts)
    check("run get-artifact", artifact)
    check("job run --wait of a run that fails", a_failure)
    report_versions("dbt-cloud-cli")


main()
