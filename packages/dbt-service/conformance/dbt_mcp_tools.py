"""Calls the Admin API tools of dbt-mcp, unchanged, over the Model Context Protocol; the job service runs the real engine."""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from checks import ACCOUNT, ENVIRONMENT, ERROR, JOB, SUCCESS, broken_model, check, report_versions

TOOL = os.path.join(os.path.dirname(sys.executable), "dbt-mcp")


async def drive(session):
    loop = asyncio.get_running_loop()
    state = {}

    async def ask(name, **given):
        answer = await session.call_tool(name, given)
        text = "\n".join(part.text for part in answer.content)
        assert not answer.isError, text
        if answer.structuredContent is None:
            return text
        return answer.structuredContent.get("result", answer.structuredContent)

    async def settle(run_id):
        for _ in range(600):
            run = await ask("get_job_run_details", run_id=run_id)
            if run["is_complete"]:
                return run
            await asyncio.sleep(0.5)
        raise AssertionError(f"run {run_id} does not end")

    async def tools():
        names = {tool.name for tool in (await session.list_tools()).tools}
        assert {"trigger_job_run", "get_job_run_error", "list_jobs"} <= names, names
        return sorted(names)

    async def a_run():
        run = await ask("trigger_job_run", job_id=JOB, cause="mcp")
        state["run"] = run["id"]
        assert (await settle(run["id"]))["status"] == SUCCESS
        return run["id"]

    async def a_failure():
        with broken_model():
            run = await ask("trigger_job_run", job_id=JOB, cause="mcp", steps_override=["dbt build"])
            state["failed"] = run["id"]
            assert (await settle(run["id"]))["status"] == ERROR
        told = json.dumps(await ask("get_job_run_error", run_id=run["id"]))
        assert "no_such_column" in told and "orders" in told, told
        return told

    async def a_retry():
        run = await ask("retry_job_run", run_id=state["failed"])
        assert (await settle(run["id"]))["status"] == SUCCESS
        return run["id"]

    async def a_cancel():
        run = await ask("trigger_job_run", job_id=JOB, cause="mcp")
        await ask("cancel_job_run", run_id=run["id"])
        return (await settle(run["id"]))["status_humanized"]

    async def artifact(path, jq_filter=None):
        return await ask("get_job_run_artifacts", run_id=state["run"], artifact_path=path, jq_filter=jq_filter)

    async def all_checks():
        yield "the tools are offered", tools()
        yield "list_projects", ask("list_projects")
        yield "list_jobs", ask("list_jobs")
        yield "get_job_details", ask("get_job_details", job_id=JOB)
        yield "trigger_job_run, get_job_run_details", a_run()
        yield "list_jobs_runs", ask("list_jobs_runs", job_id=JOB, status="success", order_by="-id")
        yield "list_job_run_artifacts", ask("list_job_run_artifacts", run_id=state.get("run"))
        yield "get_job_run_artifacts", artifact("run_results.json")
        yield "get_job_run_artifacts with a filter", artifact("manifest.json", ".nodes | keys")
        yield "get_job_run_error of a run that fails", a_failure()
        yield "retry_job_run", a_retry()
        yield "get_job_run_error for warnings", ask("get_job_run_error", run_id=state.get("run"), warning_only=True)
        yield "cancel_job_run", a_cancel()

    def wait(awaitable):
        return lambda: asyncio.run_coroutine_threadsafe(awaitable, loop).result()

    async for name, awaitable in all_checks():
        await asyncio.to_thread(check, name, wait(awaitable))


async def main():
    server = StdioServerParameters(
        command=TOOL,
        env={
            **os.environ, "DBT_HOST": os.environ["DBT_SERVICE_HOST"], "DBT_TOKEN": os.environ["DBT_SERVICE_TOKEN"],
            "DBT_ACCOUNT_ID": str(ACCOUNT), "DBT_PROD_ENV_ID": str(ENVIRONMENT),
            "DISABLE_SEMANTIC_LAYER": "true", "DISABLE_DISCOVERY": "true", "DISABLE_DBT_CLI": "true", "DISABLE_SQL": "true",
            "DISABLE_LSP": "true", "DISABLE_REMOTE": "true", "DISABLE_PRODUCT_DOCS": "true", "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
    )
    async with stdio_client(server) as (reads, writes), ClientSession(reads, writes) as session:
        await session.initialize()
        await drive(session)
    report_versions("dbt-mcp", "mcp")


asyncio.run(main())
