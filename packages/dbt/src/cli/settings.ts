import type { JsonObject, JsonValue } from "../json.ts";
import type { CommandLine, OptionValue } from "./parse-arguments.ts";

/** The options of an invocation after command line, environment, project flags and defaults. */
export interface Settings {
  readonly line: CommandLine;
  text(key: string): string | undefined;
  texts(key: string): readonly string[];
  isOn(key: string): boolean;
  count(key: string): number | undefined;
}

const DEFAULTS: Readonly<Record<string, OptionValue>> = {
  write_json: true,
  partial_parse: true,
  static_parser: true,
  version_check: true,
  print: true,
  populate_cache: true,
  compile: true,
  indirect_selection: "eager",
  log_format: "default",
  log_level: "info",
  clean_project_files_only: true,
};

function isOptionValue(value: JsonValue): value is OptionValue {
  return typeof value === "boolean" || typeof value === "number" || typeof value === "string";
}

/** Looks options up in their order of precedence. */
export function createSettings(line: CommandLine, projectFlags: JsonObject = {}): Settings {
  const find = (key: string): OptionValue | undefined => {
    const given = line.options[key];
    if (given !== undefined) return given;
    const flag = projectFlags[key];
    return flag !== undefined && isOptionValue(flag) ? flag : DEFAULTS[key];
  };
  return {
    line,
    text: (key) => {
      const value = find(key);
      return typeof value === "string" ? value : undefined;
    },
    texts: (key) => {
      const value = find(key);
      return Array.isArray(value) ? value.map(String) : [];
    },
    isOn: (key) => find(key) === true,
    count: (key) => {
      const value = find(key);
      return typeof value === "number" ? value : undefined;
    },
  };
}

const FLAG_KEYS = [
  "full_refresh",
  "fail_fast",
  "store_failures",
  "quiet",
  "write_json",
  "partial_parse",
  "static_parser",
  "version_check",
  "print",
  "populate_cache",
  "cache_selected_only",
  "warn_error",
];

/** The flags in dbt's upper-case names, as templates see them. */
export function flagsOf(settings: Settings, command: string): Readonly<Record<string, JsonValue>> {
  const switches = FLAG_KEYS.map((key) => [key.toUpperCase(), settings.isOn(key)] as const);
  return {
    ...Object.fromEntries(switches),
    WHICH: command,
    TARGET: settings.text("target") ?? null,
    PROFILE: settings.text("profile") ?? null,
    INDIRECT_SELECTION: settings.text("indirect_selection") ?? "eager",
    LOG_FORMAT: settings.text("log_format") ?? "default",
    USE_COLORS: settings.isOn("use_colors"),
    EMPTY: false,
    NO_PRINT: false,
  };
}
