"""Drives dagster-dbt's dbt Cloud integration, unchanged, against a job service that runs the real engine."""

import os
from datetime import datetime, timezone

from checks import ACCOUNT, ENVIRONMENT, PROJECT, broken_model, check, report_versions
from dagster import AssetExecutionContext, AssetKey, DagsterInstance, materialize
from dagster_dbt.cloud_v2 import (
    DbtCloudCredentials,
    DbtCloudWorkspace,
    build_dbt_cloud_polling_sensor,
    dbt_cloud_assets,
    load_dbt_cloud_asset_specs,
    load_dbt_cloud_check_specs,
)


def main():
    workspace = DbtCloudWorkspace(
        credentials=DbtCloudCredentials(
            account_id=ACCOUNT, access_url=os.environ["DBT_SERVICE_URL"], token=os.environ["DBT_SERVICE_TOKEN"]
        ),
        project_id=PROJECT,
        environment_id=ENVIRONMENT,
    )
    state = {}

    def reads_the_project():
        data = workspace.fetch_workspace_data()
        assert "model.shop.orders" in data.manifest["nodes"], list(data.manifest["nodes"])
        return f"job {data.adhoc_job_ids}"

    def specs():
        names = sorted(spec.key.to_user_string() for spec in load_dbt_cloud_asset_specs(workspace=workspace))
        assert names == ["late", "orders", "raw_orders"], names
        return names

    def check_specs():
        names = sorted(spec.name for spec in load_dbt_cloud_check_specs(workspace=workspace))
        assert names == ["not_null_orders_id", "unique_orders_id"], names
        return names

    def build(selection=None, raises=True):
        @dbt_cloud_assets(workspace=workspace)
        def shop(context: AssetExecutionContext, dbt_cloud: DbtCloudWorkspace):
            yield from dbt_cloud.cli(args=["build"], context=context).wait()

        return materialize(
            [shop], resources={"dbt_cloud": workspace}, selection=selection, raise_on_error=raises,
            instance=DagsterInstance.ephemeral(),
        )

    def materializes():
        result = build()
        made = sorted(event.asset_key.to_user_string() for event in result.get_asset_materialization_events())
        assert result.success and made == ["late", "orders", "raw_orders"], made
        checks = [one.check_name for one in result.get_asset_check_evaluations()]
        assert sorted(checks) == ["not_null_orders_id", "unique_orders_id"], checks
        state["event"] = result.get_asset_materialization_events()[0]
        return made

    def links_the_run():
        metadata = state["event"].materialization.metadata
        assert any("run" in name for name in metadata), metadata
        return sorted(metadata)

    def a_subset():
        result = build(selection=[AssetKey("orders")])
        made = [event.asset_key.to_user_string() for event in result.get_asset_materialization_events()]
        assert made == ["orders"], made
        return made

    def a_failure():
        with broken_model():
            result = build(raises=False)
        assert not result.success
        made = sorted(event.asset_key.to_user_string() for event in result.get_asset_materialization_events())
        assert made == ["raw_orders"], made
        return made

    def lists_runs():
        client = workspace.get_client()
        runs, total = client.get_runs_batch(
            project_id=PROJECT, environment_id=ENVIRONMENT,
            finished_at_lower_bound=datetime(2020, 1, 1, tzinfo=timezone.utc),
            finished_at_upper_bound=datetime(2100, 1, 1, tzinfo=timezone.utc),
        )
        assert total >= len(runs) > 0, (total, len(runs))
        return total

    def sensor():
        return build_dbt_cloud_polling_sensor(workspace=workspace).name

    check("reads the project by a job of its own", reads_the_project)
    check("an asset for each model and seed", specs)
    check("a check for each test", check_specs)
    check("@dbt_cloud_assets materializes everything, with checks", materializes)
    check("materializations name their run", links_the_run)
    check("a subset builds nothing else", a_subset)
    check("a failed model fails the assets after it alone", a_failure)
    check("runs by when they ended", lists_runs)
    check("polling sensor", sensor)
    report_versions("dagster-dbt", "dagster")


main()
