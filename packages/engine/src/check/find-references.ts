/** A connection or variable that a source names in so many words. */
export interface Reference {
  readonly kind: "connection" | "variable";
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** False where the code goes on without it. */
  readonly isNeeded: boolean;
}

const CONNECTION = "connection";
const VARIABLE = "variable";

/** How a source names what it needs. Each has a group `name`; what is made up at run time cannot be seen here. */
const PATTERNS: readonly (readonly [Reference["kind"], boolean, RegExp])[] = [
  [CONNECTION, true, /\bgetConnectionOrThrow\(\s*(?<quote>["'`])(?<name>[^"'`$\\]+)\k<quote>/dgu],
  [CONNECTION, false, /\bgetConnection\(\s*(?<quote>["'`])(?<name>[^"'`$\\]+)\k<quote>/dgu],
  [
    CONNECTION,
    true,
    /\b\w*(?:[cC]onnId|[cC]onnectionId)\s*:\s*(?<quote>["'`])(?<name>[^"'`$\\{]+)\k<quote>/dgu,
  ],
  [CONNECTION, true, /\{\{(?:(?!\}\}).)*?\bconn\.(?<name>(?!get\b)\w+)/dgu],
  [VARIABLE, true, /\bgetVariableOrThrow\(\s*(?<quote>["'`])(?<name>[^"'`$\\]+)\k<quote>/dgu],
  [VARIABLE, false, /\bgetVariable\(\s*(?<quote>["'`])(?<name>[^"'`$\\]+)\k<quote>/dgu],
  [VARIABLE, true, /\{\{(?:(?!\}\}).)*?\bvar\.(?:value|json)\.(?<name>(?!get\b)\w+)/dgu],
];

const SET = /\bsetVariable\(\s*(?<quote>["'`])(?<name>[^"'`$\\]+)\k<quote>/gu;

/** Connections and variables that a source names, comments left out. */
export function findReferences(source: string): readonly Reference[] {
  const code = blankComments(source);
  return PATTERNS.flatMap(([kind, isNeeded, pattern]) =>
    [...code.matchAll(pattern)].map((match) => ({
      kind,
      name: match.groups?.["name"] ?? "",
      isNeeded,
      ...placeOf(code, match.indices?.groups?.["name"]?.[0] ?? match.index),
    })),
  );
}

/** Variables that a source sets by itself. */
export function findSetVariables(source: string): readonly string[] {
  return [...blankComments(source).matchAll(SET)].map((match) => match.groups?.["name"] ?? "");
}

/** Comments as blanks, so that places stay; what looks like one inside a text is none. */
function blankComments(source: string): string {
  const token =
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/gu;
  return source.replaceAll(token, (text) =>
    text.startsWith("/") ? text.replaceAll(/[^\n]/gu, " ") : text,
  );
}

function placeOf(text: string, index: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
