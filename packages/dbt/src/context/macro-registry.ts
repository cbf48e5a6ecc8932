import type { BlockDefinition, Environment, Template } from "@airloom/jinja";
import { findNativeMacro, NATIVE_MACROS } from "../builtins/native-macros.ts";
import { DbtError } from "../error.ts";

/** A template compiled once for parsing and once for running, each when it is first needed. */
export interface DualTemplate {
  readonly file: string;
  parse(): Template;
  run(): Template;
}

/** A macro of a project. */
export interface MacroEntry {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly definition: BlockDefinition;
  readonly template: DualTemplate;
}

/** The two ways templates of a project are read. */
export interface Environments {
  readonly parse: Environment;
  readonly run: Environment;
}

/** Compiles a source lazily in both ways. */
export function dualTemplate(
  environments: Environments,
  source: string,
  file: string,
  firstLine = 1,
): DualTemplate {
  let parse: Template | undefined;
  let run: Template | undefined;
  return {
    file,
    parse: () => (parse ??= environments.parse.compile(source, { file, firstLine })),
    run: () => (run ??= environments.run.compile(source, { file, firstLine })),
  };
}

/** Which materializations dbt and dbt-duckdb have themselves, by adapter, the more special one first. */
const DBTS_OWN: Readonly<Record<string, readonly string[]>> = {
  duckdb: ["external", "incremental", "table", "table_function"],
  default: ["incremental", "materialized_view", "seed", "snapshot", "table", "test", "view"],
};

/** All macros of all packages, and who sees which. */
export class MacroRegistry {
  readonly #packages = new Map<string, Map<string, MacroEntry>>();
  readonly #rootPackage: string;

  constructor(rootPackage: string) {
    this.#rootPackage = rootPackage;
  }

  add(entry: MacroEntry): void {
    const macros = this.#packages.get(entry.packageName) ?? new Map<string, MacroEntry>();
    const existing = macros.get(entry.name);
    if (existing !== undefined) {
      throw new DbtError(
        "Compilation",
        `dbt found two macros named "${entry.name}" in the project "${entry.packageName}": in ${existing.template.file} and ${entry.template.file}; rename or remove one of them`,
        { place: { file: entry.template.file, line: entry.definition.line } },
      );
    }
    macros.set(entry.name, entry);
    this.#packages.set(entry.packageName, macros);
  }

  /** A macro of one package. */
  find(packageName: string, name: string): MacroEntry | undefined {
    return this.#packages.get(packageName)?.get(name);
  }

  /** A macro as code of a package sees it without naming a package: its own, then the root project's. */
  resolve(name: string, fromPackage: string): MacroEntry | undefined {
    return this.find(fromPackage, name) ?? this.find(this.#rootPackage, name);
  }

  /**
   * The materialization of a name that a project or a package defines, as dbt chooses it: the one for this adapter first, the
   * root project's before a package's. `undefined` when dbt's own one is meant.
   */
  findMaterialization(name: string, packagesReplace: boolean): MacroEntry | undefined {
    const isDbts = Object.values(DBTS_OWN).some((names) => names.includes(name));
    for (const [adapter, names] of Object.entries(DBTS_OWN)) {
      const macro = `materialization_${name}_${adapter}`;
      const own = this.find(this.#rootPackage, macro);
      if (own !== undefined) return own;
      if (!isDbts || packagesReplace) {
        const found = [...this.#packages.values()].findLast((macros) => macros.has(macro));
        if (found !== undefined) return found.get(macro);
      }
      if (names.includes(name)) return undefined;
    }
    return undefined;
  }

  hasPackage(name: string): boolean {
    return this.#packages.has(name);
  }

  /** The id of whatever a name means in a package, built-in macros included. */
  resolveId(name: string, fromPackage: string): string | undefined {
    const entry = this.#resolveQualified(name, fromPackage);
    if (entry !== undefined) return entry.uniqueId;
    const bare = name.startsWith("dbt.") ? name.slice(4) : name;
    return findNativeMacro(bare) === undefined ? undefined : `macro.dbt.${bare}`;
  }

  #resolveQualified(name: string, fromPackage: string): MacroEntry | undefined {
    const [left = "", right] = name.split(".", 2);
    return right === undefined ? this.resolve(left, fromPackage) : this.find(left, right);
  }

  /** Every macro of the projects. */
  *entries(): IterableIterator<MacroEntry> {
    for (const macros of this.#packages.values()) yield* macros.values();
  }

  /** Names that a template of the package may call, for hints. */
  names(fromPackage: string): readonly string[] {
    return [
      ...(this.#packages.get(fromPackage)?.keys() ?? []),
      ...(this.#packages.get(this.#rootPackage)?.keys() ?? []),
      ...NATIVE_MACROS.keys(),
    ];
  }
}
