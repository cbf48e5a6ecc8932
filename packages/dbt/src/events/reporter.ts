import type { JsonObject } from "../json.ts";
import type { DbtEvent, EventLevel, EventSink } from "./event.ts";

/** Tells what happens. */
export interface Reporter {
  emit(event: Omit<DbtEvent, "at">): void;
  /** A line of dbt that only structures the output. */
  blank(): void;
  info(name: string, code: string, message: string, data?: JsonObject): void;
  log(level: EventLevel, name: string, code: string, message: string, data?: JsonObject): void;
  /** A detail for the log file. */
  debug(message: string, thread?: string): void;
  /** Output of a command, which goes to the console even with --quiet. */
  print(message: string): void;
}

/** A reporter that gives its events to a sink. */
export function createReporter(sink: EventSink, now: () => Date): Reporter {
  const emit = (event: Omit<DbtEvent, "at">): void => sink({ ...event, at: now() });
  const log = (
    level: EventLevel,
    name: string,
    code: string,
    message: string,
    data: JsonObject = {},
  ): void => emit({ name, code, level, message, data });
  return {
    emit,
    log,
    blank: () => log("info", "Formatting", "Z017", "", { msg: "" }),
    info: (name, code, message, data) => log("info", name, code, message, data),
    debug: (message, thread) =>
      emit({
        name: "Note",
        code: "Z050",
        level: "debug",
        message,
        data: { msg: message },
        ...(thread === undefined ? {} : { thread }),
      }),
    print: (message) => log("info", "PrintEvent", "Z052", message, { msg: message }),
  };
}
