import { AirloomError, MAX_XCOM_BYTES, type XComEntry, type XComStore } from "@airloom/core";
import type { Database } from "./database.ts";

const COLUMNS = `r.dag_id as "dagId", r.run_id as "runId", x.task_id as "taskId",
  x.map_index as "mapIndex", x.key, x.value, x.shown, x.at`;
const SOURCE = "airloom.xcom x join airloom.dag_run r on r.id = x.dag_run_id";
const OF_TASK = "r.dag_id = $1 and r.run_id = $2 and x.task_id = $3 and x.map_index = $4";

/** Values that tasks hand to each other. */
export function xcomStore(database: Database): XComStore {
  return {
    saveXCom: async (entry, now) => {
      const value = JSON.stringify(entry.value);
      const size = Buffer.byteLength(value);
      if (size > MAX_XCOM_BYTES) {
        throw new AirloomError(
          "xcom.too_large",
          `Cannot save XCom "${entry.key}" of task "${entry.taskId}": it has ${size} bytes as JSON, at most ${MAX_XCOM_BYTES} are kept; write it to a file or a table and pass its name`,
        );
      }
      const saved = await database.run({
        name: "save_xcom",
        text: `insert into airloom.xcom (dag_run_id, task_id, map_index, key, value, shown, at)
               select id, $3, $4, $5, $6, $7, $8 from airloom.dag_run where dag_id = $1 and run_id = $2
               on conflict (dag_run_id, task_id, map_index, key)
               do update set value = excluded.value, shown = excluded.shown, at = excluded.at`,
        values: [
          entry.dagId,
          entry.runId,
          entry.taskId,
          entry.mapIndex,
          entry.key,
          value,
          (entry.shown ?? null) === null ? null : JSON.stringify(entry.shown),
          now.toISOString(),
        ],
      });
      if (saved === 0) {
        throw new AirloomError(
          "run.not_found",
          `Cannot save XCom "${entry.key}": Dag "${entry.dagId}" has no run "${entry.runId}"`,
        );
      }
    },

    findXCom: async ({ dagId, runId, taskId, mapIndex, key }) => {
      const [entry] = await database.rows<XComEntry>({
        name: "find_xcom",
        text: `select ${COLUMNS} from ${SOURCE} where ${OF_TASK} and x.key = $5`,
        values: [dagId, runId, taskId, mapIndex, key],
      });
      return entry;
    },

    listXComs: ({ dagId, runId, taskId, mapIndex }) =>
      database.rows<XComEntry>({
        text: `select ${COLUMNS} from ${SOURCE} where ${OF_TASK} order by x.key`,
        values: [dagId, runId, taskId, mapIndex],
      }),

    clearXComs: async ({ dagId, runId, taskId, mapIndex }) => {
      await database.run({
        name: "clear_xcoms",
        text: `delete from airloom.xcom x using airloom.dag_run r
               where r.id = x.dag_run_id and ${OF_TASK}`,
        values: [dagId, runId, taskId, mapIndex],
      });
    },
  };
}
