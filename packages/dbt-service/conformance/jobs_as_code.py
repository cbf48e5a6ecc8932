"""Drives the command line of dbt-jobs-as-code, unchanged, against a job service."""

import json
import os
import subprocess
import sys
from pathlib import Path

from checks import ACCOUNT, ENVIRONMENT, JOB, PROJECT, check, report_versions

PROGRAM = Path(sys.executable).with_name("dbt-jobs-as-code")
ENVIRON = {
    **os.environ,
    "DBT_BASE_URL": f"https://{os.environ['DBT_SERVICE_HOST']}",
    "DBT_API_KEY": os.environ["DBT_SERVICE_TOKEN"],
}
JOBS = {
    "jobs": {
        "hourly": {
            "account_id": ACCOUNT,
            "project_id": PROJECT,
            "environment_id": ENVIRONMENT,
            "dbt_version": None,
            "name": "Hourly",
            "settings": {"threads": 4, "target_name": "prod"},
            "execution": {"timeout_seconds": 0},
            "deferring_job_definition_id": None,
            "run_generate_sources": True,
            "execute_steps": ["dbt run --select tag:hourly", "dbt test"],
            "generate_docs": False,
            "schedule": {"cron": "0 */2 * * *"},
            "triggers": {"github_webhook": False, "git_provider_webhook": False, "schedule": True, "on_merge": False},
            "custom_environment_variables": [{"DBT_COLOUR": "green"}],
        }
    }
}


def run(*words):
    done = subprocess.run([PROGRAM, *words], env=ENVIRON, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-900:]
    return done.stdout


def write(jobs):
    Path("jobs.yml").write_text(json.dumps(jobs))  # JSON is YAML


def changes(command):
    answer = json.loads(run(command, "jobs.yml", "--json", "--project-id", str(PROJECT)).strip())
    return [(change["action"], change["identifier"]) for change in answer["job_changes"]], answer


def main():
    def creates():
        write(JOBS)
        planned, _ = changes("plan")
        applied, answer = changes("sync")
        assert planned == applied and answer["apply_success"], answer
        return planned

    def settles():
        again, answer = changes("plan")
        assert again == [] and answer["env_var_overwrite_changes"] == [], answer
        return "no changes detected"

    def updates():
        JOBS["jobs"]["hourly"]["execute_steps"] = ["dbt build"]
        JOBS["jobs"]["hourly"]["schedule"]["cron"] = "30 4 1 * *"
        write(JOBS)
        applied, answer = changes("sync")
        assert answer["apply_success"] and applied, answer
        settles()
        return applied

    def imports():
        text = run("import-jobs", "--account-id", str(ACCOUNT), "--include-linked-id")
        assert "dbt build" in text and "Hourly" in text, text
        return f"{len(text.splitlines())} lines of YAML"

    def validates():
        return run("validate", "jobs.yml", "--online").strip().splitlines()[-1:] or "valid"

    def links():
        Path("linked.yml").write_text(
            json.dumps({"jobs": {"build": {**JOBS["jobs"]["hourly"], "name": "dbt build", "linked_id": JOB, "custom_environment_variables": []}}})
        )
        run("link", "linked.yml")
        linked = run("import-jobs", "--account-id", str(ACCOUNT), "--job-id", str(JOB))
        run("unlink", "--account-id", str(ACCOUNT), "--identifier", "build")
        unlinked = run("import-jobs", "--account-id", str(ACCOUNT), "--job-id", str(JOB))
        assert "  build:" in linked and "  build:" not in unlinked, unlinked
        return "linked and unlinked"

    def deactivates():
        run("deactivate-jobs", "--account-id", str(ACCOUNT), "--job-id", str(JOB))
        return f"job {JOB}"

    def deletes():
        JOBS["jobs"] = {"other": {**JOBS["jobs"]["hourly"], "name": "Other", "custom_environment_variables": []}}
        write(JOBS)
        applied, answer = changes("sync")
        assert answer["apply_success"] and {action.upper() for action, _ in applied} >= {"DELETE", "CREATE"}, answer
        settles()
        return applied

    check("plan and sync: create, with an environment variable", creates)
    check("plan: nothing left to do", settles)
    check("sync: update, then nothing left to do", updates)
    check("validate --online", validates)
    check("import-jobs", imports)
    check("link and unlink", links)
    check("deactivate-jobs", deactivates)
    check("sync: delete what is no longer written", deletes)
    report_versions("dbt-jobs-as-code", "requests")


if __name__ == "__main__":
    main()
