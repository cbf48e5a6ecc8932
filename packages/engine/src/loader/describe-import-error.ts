import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AirloomError } from "@airloom/core";
import { findPlace, type Place } from "@airloom/sdk/runtime";
import { findSyntaxError, SourceSyntaxError } from "../runner/transform-source.ts";
import type { ImportFailure } from "./import-report.ts";

/** Turns what importing a file threw into a message with a place. */
export function describeImportError(error: unknown, file: string): ImportFailure {
  if (!(error instanceof Error)) {
    return { ...NOWHERE, message: `The file threw ${String(error)} while being imported`, file };
  }
  const place = findErrorPlace(error, file);
  return {
    message: messageOf(error),
    file: place?.file ?? file,
    line: place?.line ?? null,
    column: place?.column ?? null,
    stack: error.stack?.slice(0, 10_000) ?? null,
  };
}

const NOWHERE = { file: null, line: null, column: null, stack: null } as const;

function messageOf(error: Error): string {
  if (error instanceof AirloomError) return error.message;
  return `${error.name}: ${error.message.replace(/ imported from .*$/u, "")}`;
}

function findErrorPlace(error: Error, file: string): Place | undefined {
  if (error instanceof AirloomError) return findDetailPlace(error);
  if (error instanceof SourceSyntaxError) return error;
  if ("code" in error && String(error.code).startsWith("ERR_MODULE_NOT_FOUND")) {
    return findImportPlace(error.message, file);
  }
  if (error instanceof SyntaxError) {
    return findSyntaxPlace(error) ?? findSyntaxError(file, readText(file));
  }
  return findPlace(error.stack ?? "", OWN_FOLDERS);
}

// Ours are the outermost frames of every import, and those around what we watch, such as process.exit.
const OWN_FOLDERS = ["./", "../runner/"].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
);

function findDetailPlace({ details }: AirloomError): Place | undefined {
  const { file, line, column } = details;
  if (typeof file !== "string" || typeof line !== "number") return undefined;
  return { file, line, column: typeof column === "number" ? column : 1 };
}

/** The line that imports what could not be found. */
function findImportPlace(message: string, file: string): Place | undefined {
  const importer = / imported from (?<file>.+)$/u.exec(message)?.groups?.["file"] ?? file;
  const from = importer.startsWith("file:") ? fileURLToPath(importer) : importer;
  const wanted = /Cannot find (?:module|package) '(?<name>[^']+)'/u.exec(message)?.groups?.["name"];
  const name = wanted?.split("/").at(-1) ?? "";
  const lines = readText(from).split("\n");
  const index = lines.findIndex(
    (line) => /import|export|require/u.test(line) && line.includes(name),
  );
  return index < 0
    ? undefined
    : { file: from, line: index + 1, column: (lines[index]?.indexOf(name) ?? 0) + 1 };
}

/** Node begins the stack of a text it cannot parse or link with `file:line`, the line, and carets. */
function findSyntaxPlace(error: SyntaxError): Place | undefined {
  const [head = "", , marker = ""] = (error.stack ?? "").split("\n");
  const groups = /^(?<file>file:\/\/.+|\/.+):(?<line>\d+)$/u.exec(head)?.groups;
  if (groups?.["file"] === undefined) return undefined;
  const file = groups["file"].startsWith("file:") ? fileURLToPath(groups["file"]) : groups["file"];
  const column = marker.includes("^") ? marker.indexOf("^") + 1 : 1;
  return { file, line: Number(groups["line"]), column };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
