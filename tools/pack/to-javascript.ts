import { stripTypeScriptTypes } from "node:module";

const RELATIVE_TYPESCRIPT = /(?<=["'`])(?<path>\.{1,2}\/[\w./-]+)\.ts(?=["'`])/gu;
const RELATIVE_NAME = /["'`](?<path>\.{1,2}\/[\w./-]+?)(?:\.[jt]s)?(?:["'`]|\$\{)/gu;

/**
 * The JavaScript of one of our modules. Types become blanks, as when Node loads the source, so that every line and column stays
 * where it was and stacks need no source map.
 */
export function toJavaScript(source: string): string {
  return renameImports(stripTypeScriptTypes(source));
}

/** Makes every relative `.ts` that a text names a `.js`: imports, and programs that are started by their URL. */
export function renameImports(text: string): string {
  return text.replaceAll(RELATIVE_TYPESCRIPT, "$<path>.js");
}

/** The relative paths that a text names, without extension: modules it imports, programs it starts. */
export function findRelativeNames(text: string): readonly string[] {
  return [...text.matchAll(RELATIVE_NAME)].flatMap(({ groups }) => groups?.["path"] ?? []);
}
