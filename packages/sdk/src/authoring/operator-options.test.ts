import { describe, expect, test } from "vitest";
import { sensor } from "../operators/sensor.ts";
import { triggerDagRun } from "../operators/trigger-dag-run.ts";
import { waitForTime } from "../operators/wait-for-time.ts";

describe("options of the SDK's own operators", () => {
  test.each([
    ["sensor()", () => sensor(() => true, { pokeIntervall: 5 } as object), "pokeInterval"],
    ["waitForTime()", () => waitForTime({ second: 5 } as object), "seconds"],
    ["triggerDagRun()", () => triggerDagRun({ dag_id: "x" } as never), "dagId"],
  ])("%s refuses one that it does not have, and names the nearest", (of, make, nearest) => {
    expect(make).toThrow(`of ${of}: did you mean "${nearest}"? (operator-options.test.ts:`);
  });

  test.each([
    [{ mode: "reshedule" }, 'Option "mode" of sensor() is "reshedule": expected one of poke'],
    [{ timeout: "1h" }, 'Option "timeout" of sensor() is "1h": expected a number of seconds'],
    [{ softFail: "yes" }, 'Option "softFail" of sensor() is "yes": expected true or false'],
  ])("a sensor refuses the value in %j", (options, message) => {
    expect(() => sensor(() => true, options as object)).toThrow(message);
  });

  test("take a template where a value is rendered", () => {
    expect(waitForTime({ until: "{{ data_interval_end }}" }).kind).toBe("operator");
    expect(triggerDagRun({ dagId: "{{ params.dag }}", pokeInterval: 0.5 }).kind).toBe("operator");
  });
});
