/** A flag of the command line. */
export interface OptionSpec {
  readonly key: string;
  readonly flags: readonly string[];
  readonly kind: "flag" | "text" | "texts" | "count";
  /** Values that are allowed. */
  readonly choices?: readonly string[];
}

function flag(key: string, ...flags: readonly string[]): OptionSpec {
  return { key, flags, kind: "flag" };
}

function text(key: string, ...flags: readonly string[]): OptionSpec {
  return { key, flags, kind: "text" };
}

function texts(key: string, ...flags: readonly string[]): OptionSpec {
  return { key, flags, kind: "texts" };
}

const RESOURCES = [
  "model",
  "seed",
  "snapshot",
  "test",
  "source",
  "exposure",
  "analysis",
  "all",
  "default",
];

/** Every flag that is understood; `--no-x` turns a flag off. */
export const OPTIONS: readonly OptionSpec[] = [
  texts("select", "--select", "-s"),
  texts("models", "--models", "--model", "-m"),
  texts("exclude", "--exclude"),
  text("selector", "--selector"),
  { ...texts("resource_types", "--resource-type", "--resource-types"), choices: RESOURCES },
  {
    ...texts("exclude_resource_types", "--exclude-resource-type", "--exclude-resource-types"),
    choices: RESOURCES,
  },
  {
    ...text("indirect_selection", "--indirect-selection"),
    choices: ["eager", "cautious", "buildable", "empty"],
  },
  flag("full_refresh", "--full-refresh", "-f"),
  flag("fail_fast", "--fail-fast", "-x"),
  flag("store_failures", "--store-failures"),
  flag("quiet", "--quiet", "-q"),
  flag("debug", "--debug", "-d"),
  flag("use_colors", "--use-colors"),
  flag("write_json", "--write-json"),
  flag("partial_parse", "--partial-parse"),
  flag("static_parser", "--static-parser"),
  flag("version_check", "--version-check"),
  flag("send_anonymous_usage_stats", "--send-anonymous-usage-stats"),
  flag("warn_error", "--warn-error"),
  flag("print", "--print"),
  flag("populate_cache", "--populate-cache"),
  flag("cache_selected_only", "--cache-selected-only"),
  flag("compile", "--compile"),
  flag("clean_project_files_only", "--clean-project-files-only"),
  flag("exit_with_parent", "--exit-with-parent"),
  flag("version", "--version", "-V", "-v"),
  flag("help", "--help", "-h"),
  text("vars", "--vars"),
  text("args", "--args"),
  text("target", "--target", "-t"),
  text("profile", "--profile"),
  text("profiles_dir", "--profiles-dir"),
  text("project_dir", "--project-dir"),
  text("target_path", "--target-path"),
  text("log_path", "--log-path"),
  text("state", "--state"),
  { key: "threads", flags: ["--threads"], kind: "count" },
  { ...text("output", "--output"), choices: ["json", "name", "path", "selector", "text"] },
  texts("output_keys", "--output-keys"),
  { ...text("log_format", "--log-format"), choices: ["text", "debug", "json", "default"] },
  { ...text("log_level", "--log-level"), choices: ["debug", "info", "warn", "error", "none"] },
];
