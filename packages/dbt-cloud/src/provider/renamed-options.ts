/** What options of the operators are called in default arguments and in Airflow's provider. */
export const RENAMED = {
  dbtCloudConnId: "connectionId",
  dbt_cloud_conn_id: "connectionId",
} as const;
