import { defineOperatorDefaults } from "@airloom/sdk/operator-defaults";

/** Default arguments of a Dag that its dbt Cloud tasks take, under the names Airflow's provider gives them. */
declare module "@airloom/sdk/operator-defaults" {
  interface OperatorDefaults {
    /** The connection of every dbt Cloud task that names none. */
    readonly dbtCloudConnId?: string;
    /** The account of every dbt Cloud task that names none. */
    readonly accountId?: number | string;
  }
}

defineOperatorDefaults("dbtCloudConnId", "accountId");
