import type { EventLog } from "@airloom/api";

/** What an entry of the audit log is about, besides Dag, run and task, and what else was written down. */
export interface EntryFacts {
  readonly target: EntryTarget | undefined;
  /** `is paused: no; from 127.0.0.1`. */
  readonly more: string;
}

/** A stored thing with the page that shows it. */
export interface EntryTarget {
  readonly kind: (typeof KINDS)[number] | undefined;
  readonly name: string;
}

const KINDS = ["connection", "variable", "pool", "user"] as const;
/** Told in columns of their own, or of no use to a person. */
const LEFT_OUT: ReadonlySet<string> = new Set(["target", "ip", "method", "requestId"]);

/** Reads what the server wrote beside an entry. */
export function describeEntry({ event, extra }: Pick<EventLog, "event" | "extra">): EntryFacts {
  const facts = parseFacts(extra);
  const { target, ip } = facts;
  const more = Object.entries(facts)
    .filter(([name, value]) => !LEFT_OUT.has(name) && !isNothing(value))
    .map(([name, value]) => `${renderName(name)}: ${renderValue(value)}`);
  return {
    target:
      typeof target === "string"
        ? { name: target, kind: KINDS.find((kind) => event.endsWith(`_${kind}`)) }
        : undefined,
    more: [...more, ...(typeof ip === "string" ? [`from ${ip}`] : [])].join("; "),
  };
}

function parseFacts(extra: string | null): Readonly<Record<string, unknown>> {
  if (extra === null) return {};
  try {
    const value: unknown = JSON.parse(extra);
    return typeof value === "object" && value !== null ? { ...value } : { extra };
  } catch {
    return { extra };
  }
}

function isNothing(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function renderName(name: string): string {
  return name.replaceAll("_", " ");
}

/** A JSON value in words: `yes`, `a, b`, `day 1, full no`. */
function renderValue(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(renderValue).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${renderName(name)} ${renderValue(part)}`)
    .join(", ");
}
