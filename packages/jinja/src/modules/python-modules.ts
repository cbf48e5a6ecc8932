import { type HostObject, pyType } from "../values/value.ts";
import { makeDatetimeModule } from "./datetime-module.ts";
import { makeItertoolsModule } from "./itertools-module.ts";
import { makePytzModule } from "./pytz-module.ts";
import type { RegexGuard } from "./re-guard.ts";
import { makeReModule } from "./re-module.ts";

/** What the Python modules take from outside. */
export type ModuleOptions = {
  /** The clock of `datetime.now()` and its kin. */
  readonly now: () => Date;
  /** The zone of naive local times. @default "UTC" */
  readonly timeZone?: string;
  /** Runs regular expressions that may take long. @default without a limit */
  readonly regexGuard?: RegexGuard;
};

/** dbt's `modules`: `datetime`, `re`, `itertools` and `pytz`. */
export function pythonModules(options: ModuleOptions): HostObject {
  const modules = new Map<string, HostObject>([
    ["datetime", makeDatetimeModule(options)],
    ["re", makeReModule(options.regexGuard)],
    ["itertools", makeItertoolsModule()],
    ["pytz", makePytzModule()],
  ]);
  return { [pyType]: "modules", getAttribute: (name) => modules.get(name) };
}
