/** What the compiler is to check, and what is there to check it with. */
export interface CompilerInput {
  /** The project's own `tsconfig.json`; null where it has none. */
  readonly base: string | null;
  /** Files that are checked whether the project's configuration includes them or not. */
  readonly files: readonly string[];
  readonly buildInfoFile: string;
  /** Where modules lie that the project itself does not find, with the project's own; null where it finds all. */
  readonly paths: Readonly<Record<string, readonly string[]>> | null;
  /** Folders of `@types`, where the project itself does not find Node's. */
  readonly typeRoots: readonly string[] | null;
}

/** As in the template of a project. */
const WITHOUT_BASE = {
  target: "es2024",
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  strict: true,
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
} as const;

/** A configuration that stands on the project's own, checks every Dag file, and writes nothing but what makes the next check fast. */
export function renderCompilerConfig(input: CompilerInput): object {
  const { base, files, paths, typeRoots } = input;
  return {
    ...(base === null ? {} : { extends: base }),
    compilerOptions: {
      ...(base === null ? WITHOUT_BASE : {}),
      noEmit: true,
      composite: false,
      incremental: true,
      tsBuildInfoFile: input.buildInfoFile,
      ...(paths === null ? {} : { paths }),
      ...(typeRoots === null ? {} : { typeRoots }),
    },
    files,
    ...(base === null ? { include: [] } : {}),
  };
}
