import type { JsonObject } from "../json.ts";

/** How important an event is. */
export type EventLevel = "debug" | "info" | "warn" | "error";

/** Something that happened during an invocation, in dbt's names and codes. */
export interface DbtEvent {
  readonly name: string;
  readonly code: string;
  readonly level: EventLevel;
  /** The line for people; the parts that may be coloured are marked as by `paint`. */
  readonly message: string;
  readonly data: JsonObject;
  readonly thread?: string;
  readonly at: Date;
}

/** Takes the events of an invocation. */
export type EventSink = (event: DbtEvent) => void;

const COLORS = { green: "32", yellow: "33", red: "31" } as const;

/** Colours of the console. */
export type Color = keyof typeof COLORS;

/** Marks a text for a colour with the console's own codes. */
export function paint(color: Color, text: string): string {
  return `\u001b[${COLORS[color]}m${text}\u001b[0m`;
}
