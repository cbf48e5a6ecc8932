import type { DuckDBConnection } from "@duckdb/node-api";
import { TaskFailed } from "airloom";
import { queryRow, warehouseFile, withDuckDb } from "./warehouse.ts";

/** What the model learned, and how well it does on flights it has not seen. */
export interface ModelMetrics {
  readonly trainedOn: number;
  readonly testedOn: number;
  /** Minutes. */
  readonly meanAbsoluteError: number;
  readonly rootMeanSquareError: number;
  /** The same for always guessing the mean: what the model has to beat. */
  readonly baselineRootMeanSquareError: number;
  readonly coefficients: Readonly<Record<string, number>>;
}

const MART = "marts.mart_delay_features";

/** Inputs of the model as SQL over the mart. The clock is a circle, so the hour enters as sine and cosine. */
const FEATURES: Readonly<Record<string, string>> = {
  intercept: "1.0",
  hour_sin: "sin(2 * pi() * departed_hour / 24)",
  hour_cos: "cos(2 * pi() * departed_hour / 24)",
  distance_1000_miles: "distance_miles / 1000.0",
  origin_mean_delay: "origin_mean_delay_min",
  destination_mean_delay: "destination_mean_delay_min",
};

// One flight in five is held back; the flight id decides, so that every training sees the same split.
const IS_TEST = "flight_id % 5 = 0";

/**
 * Fits a linear model of the delay by least squares and writes its metrics to `ml.delay_model`.
 *
 * DuckDB sums up the normal equations, so three million flights never leave the database.
 */
export async function trainDelayModel(): Promise<ModelMetrics> {
  return withDuckDb(warehouseFile(), async (connection) => {
    const coefficients = solve(await normalEquations(connection));
    const metrics = await evaluate(connection, coefficients);
    await saveMetrics(connection, metrics);
    return metrics;
  });
}

interface Equations {
  readonly matrix: readonly (readonly number[])[];
  readonly right: readonly number[];
}

async function normalEquations(connection: DuckDBConnection): Promise<Equations> {
  const features = Object.values(FEATURES);
  const sums = features.flatMap((row, i) => [
    ...features.map((column, j) => `sum((${row}) * (${column})) as m_${i}_${j}`),
    `sum((${row}) * delay_min) as r_${i}`,
  ]);
  const row = await queryRow(
    connection,
    `select ${sums.join(", ")} from ${MART} where not (${IS_TEST})`,
  );
  return {
    matrix: features.map((_, i) => features.map((__, j) => Number(row[`m_${i}_${j}`]))),
    right: features.map((_, i) => Number(row[`r_${i}`])),
  };
}

/** Solves the equations by Gaussian elimination with row pivoting. */
export function solve({ matrix, right }: Equations): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = pivotRow(rows, column);
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    const head = rows[column] ?? [];
    if (Math.abs(head[column] ?? 0) < 1e-9) {
      throw new TaskFailed(
        `Cannot fit the model: "${Object.keys(FEATURES)[column]}" is the same in every flight, or follows from the others`,
      );
    }
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = (row[column] ?? 0) / (head[column] ?? 1);
      for (let k = column; k <= size; k += 1) row[k] = (row[k] ?? 0) - factor * (head[k] ?? 0);
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1));
}

function pivotRow(rows: readonly (readonly number[])[], column: number): number {
  let best = column;
  for (let row = column + 1; row < rows.length; row += 1) {
    if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = row;
  }
  return best;
}

async function evaluate(
  connection: DuckDBConnection,
  coefficients: readonly number[],
): Promise<ModelMetrics> {
  const predicted = Object.values(FEATURES)
    .map((feature, i) => `(${coefficients[i] ?? 0}) * (${feature})`)
    .join(" + ");
  const row = await queryRow(
    connection,
    `with mean as (select avg(delay_min) as delay_min from ${MART} where not (${IS_TEST}))
     select count(*) filter (not (${IS_TEST})) as trained_on,
            count(*) filter (${IS_TEST}) as tested_on,
            avg(abs(delay_min - (${predicted}))) filter (${IS_TEST}) as mae,
            sqrt(avg(pow(delay_min - (${predicted}), 2)) filter (${IS_TEST})) as rmse,
            sqrt(avg(pow(delay_min - (select delay_min from mean), 2)) filter (${IS_TEST})) as baseline
     from ${MART}`,
  );
  return {
    trainedOn: Number(row["trained_on"]),
    testedOn: Number(row["tested_on"]),
    meanAbsoluteError: Number(row["mae"]),
    rootMeanSquareError: Number(row["rmse"]),
    baselineRootMeanSquareError: Number(row["baseline"]),
    coefficients: Object.fromEntries(
      Object.keys(FEATURES).map((name, i) => [name, coefficients[i] ?? 0]),
    ),
  };
}

async function saveMetrics(connection: DuckDBConnection, metrics: ModelMetrics): Promise<void> {
  await connection.run("create schema if not exists ml");
  await connection.run(
    `create table if not exists ml.delay_model (
       trained_at timestamp, trained_on bigint, tested_on bigint, mean_absolute_error double,
       root_mean_square_error double, baseline_root_mean_square_error double, coefficients json)`,
  );
  await connection.run(
    "insert into ml.delay_model values (cast(current_timestamp as timestamp), $1, $2, $3, $4, $5, $6)",
    [
      metrics.trainedOn,
      metrics.testedOn,
      metrics.meanAbsoluteError,
      metrics.rootMeanSquareError,
      metrics.baselineRootMeanSquareError,
      JSON.stringify(metrics.coefficients),
    ],
  );
}
