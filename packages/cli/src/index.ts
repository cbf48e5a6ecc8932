/** What a Dag file imports from "airloom": the SDK and the dbt Cloud provider. */
export * from "@airloom/dbt-cloud";
export * from "@airloom/sdk";
