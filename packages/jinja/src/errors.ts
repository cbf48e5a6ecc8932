import { getLocation, renderCodeFrame, type SourceFile } from "./source-file.ts";
import type { Value } from "./values/value.ts";

/** Which stage refused the template. */
export type TemplateErrorKind = "syntax" | "undefined" | "runtime";

/** One step of the way into a failing template: innermost first. */
export type TemplateFrame = {
  /** `top level`, or the macro's name. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** A template that could not be compiled or rendered, with the place in its source. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly kind: TemplateErrorKind;
  /** The reason alone, without place and excerpt. */
  readonly reason: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The failing line with its neighbours and a caret. */
  readonly excerpt: string;
  readonly frames: readonly TemplateFrame[];

  constructor(options: {
    readonly kind: TemplateErrorKind;
    readonly reason: string;
    readonly excerpt: string;
    readonly frames: readonly [TemplateFrame, ...TemplateFrame[]];
    readonly cause?: unknown;
  }) {
    super(
      renderMessage(options.reason, options.frames, options.excerpt),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    const [origin] = options.frames;
    this.kind = options.kind;
    this.reason = options.reason;
    this.file = origin.file;
    this.line = origin.line;
    this.column = origin.column;
    this.excerpt = options.excerpt;
    this.frames = options.frames;
  }
}

function renderMessage(reason: string, frames: readonly TemplateFrame[], excerpt: string): string {
  const place = frames.map(renderFrame).join("\n");
  return `${reason}\n${place}\n${excerpt}`;
}

function renderFrame(frame: TemplateFrame): string {
  return `  at ${frame.name} (${frame.file}:${frame.line}:${frame.column})`;
}

/** An error as Python would raise it inside an expression; rendering adds the place and rethrows it as a `TemplateError`. */
export class PyError extends Error {
  override readonly name = "PyError";
  /** The Python class: `TypeError`, `ValueError`, `UndefinedError` … */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Carries the value of dbt's `return()` to the macro that is left by it. */
export class MacroReturn extends Error {
  override readonly name = "MacroReturn";
  readonly value: Value;

  constructor(value: Value) {
    super("return() is only possible inside of a macro");
    this.value = value;
  }
}

/** The error of a template that cannot be parsed. */
export function syntaxError(source: SourceFile, offset: number, reason: string): TemplateError {
  const location = getLocation(source, offset);
  return new TemplateError({
    kind: "syntax",
    reason,
    excerpt: renderCodeFrame(source, offset),
    frames: [{ name: "template", file: source.file, ...location }],
  });
}

/** Adds one template frame to an error that leaves a template function. */
export function withFrame(
  error: unknown,
  source: SourceFile,
  offset: number,
  name: string,
): unknown {
  if (error instanceof MacroReturn) return error;
  const frame = { name, file: source.file, ...getLocation(source, offset) };
  if (error instanceof TemplateError && error.kind !== "syntax") return appendFrame(error, frame);
  return new TemplateError({
    kind: error instanceof PyError && error.type === "UndefinedError" ? "undefined" : "runtime",
    reason: reasonOf(error),
    excerpt: renderCodeFrame(source, offset),
    frames: [frame],
    cause: error,
  });
}

const MAX_FRAMES = 50;

function appendFrame(error: TemplateError, frame: TemplateFrame): TemplateError {
  // The innermost frames say what failed, the outermost where it began; those between repeat.
  const [origin = frame, ...rest] = error.frames.slice(0, MAX_FRAMES - 1);
  return new TemplateError({
    kind: error.kind,
    reason: error.reason,
    excerpt: error.excerpt,
    frames: [origin, ...rest, frame],
    cause: error.cause,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof PyError && error.type !== "UndefinedError") {
    return `${error.type}: ${error.message}`;
  }
  if (error instanceof RangeError && error.message.includes("call stack")) {
    return "Template recurses too deeply";
  }
  return error instanceof Error ? error.message : String(error);
}
