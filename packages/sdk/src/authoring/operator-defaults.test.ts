import { expect, test } from "vitest";
import { defineOperator } from "../operator.ts";
import { Dag } from "./dag.ts";
import { defineOperatorDefaults } from "./operator-defaults.ts";

declare module "./operator-defaults.ts" {
  interface OperatorDefaults {
    readonly warehouseId?: string;
  }
}

defineOperatorDefaults("warehouseId");

function query(fields: { readonly sql: string; readonly warehouse?: string }) {
  return defineOperator<{ readonly sql: string; readonly warehouse?: string | undefined }, void>({
    name: "query",
    fields: { sql: fields.sql, warehouse: fields.warehouse },
    defaults: { warehouse: "warehouseId" },
    execute: () => undefined,
  });
}

function fieldsOf(dag: Dag): readonly unknown[] {
  return dag.toSpec().tasks.map((task) => task.templateFields);
}

test("a default argument fills the field that the author left out, and only that", () => {
  const dag = new Dag("d", { defaultArgs: { warehouseId: "main", retries: 2 } });
  dag.task("left_out", query({ sql: "a" }))();
  dag.task("written", query({ sql: "b", warehouse: "own" }))();
  expect(fieldsOf(dag)).toEqual([
    { sql: "a", warehouse: "main" },
    { sql: "b", warehouse: "own" },
  ]);
  expect(dag.toSpec().tasks.map((task) => task.retries)).toEqual([2, 2]);
});

test("a group's default argument goes before the Dag's", () => {
  const dag = new Dag("d", { defaultArgs: { warehouseId: "main" } });
  dag.taskGroup("g", { defaultArgs: { warehouseId: "group" } }).task("t", query({ sql: "a" }))();
  expect(fieldsOf(dag)).toEqual([{ sql: "a", warehouse: "group" }]);
});

test("a default argument that nothing takes is refused, with the nearest that exists", () => {
  const defaultArgs: object = { warehouseID: "main" };
  expect(() => new Dag("d", { defaultArgs })).toThrow(/"warehouseID".*"warehouseId"/su);
});
