import { MacroReturn, PyError } from "../errors.ts";
import {
  type Awaitable,
  type HostObject,
  type Kwargs,
  PyDict,
  PyTuple,
  pyType,
  type Value,
} from "../values/value.ts";
import { runDeeper } from "./budget.ts";
import type { Evaluation } from "./evaluation.ts";

/** A macro bound to its scope. */
export interface Macro extends HostObject {
  readonly name: string;
  readonly parameters: readonly string[];
  call(args: readonly Value[], kwargs: Kwargs): Awaitable<Value>;
}

/** What a macro may be passed besides its parameters. */
export type Extras = {
  readonly caller: Value | undefined;
  readonly varargs: PyTuple;
  readonly kwargs: PyDict;
};

/** What the compiler knows about a macro. */
export type MacroShape = {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly hasDefault: readonly boolean[];
  readonly usesCaller: boolean;
  readonly usesVarargs: boolean;
  readonly usesKwargs: boolean;
  /** The body of a call block: `return()` inside leaves the macro around it. */
  readonly isCaller: boolean;
};

type MacroBody = (args: readonly (Value | undefined)[], extras: Extras) => Awaitable<Value>;

/** Makes the callable of a compiled macro. */
export function makeMacro(evaluation: Evaluation, shape: MacroShape, body: MacroBody): Macro {
  const call = (args: readonly Value[], kwargs: Kwargs): Awaitable<Value> => {
    const extras = collectExtras(shape, args, kwargs);
    const bound = bindParameters(shape, args, kwargs);
    return runDeeper(evaluation.budget, () => runMacro(shape, () => body(bound, extras)));
  };
  return {
    [pyType]: "Macro",
    name: shape.name,
    parameters: shape.parameters,
    call,
    getAttribute: (name) => getMacroAttribute(shape, name),
    toText: () => `<Macro '${shape.name}'>`,
  };
}

function getMacroAttribute(shape: MacroShape, name: string): Value | undefined {
  switch (name) {
    case "name":
      return shape.name;
    case "arguments":
      return new PyTuple([...shape.parameters]);
    case "caller":
      return shape.usesCaller;
    case "catch_kwargs":
      return shape.usesKwargs;
    case "catch_varargs":
      return shape.usesVarargs;
    default:
      return undefined;
  }
}

function runMacro(shape: MacroShape, run: () => Awaitable<Value>): Awaitable<Value> {
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => catchReturn(shape, error));
  } catch (error) {
    return catchReturn(shape, error);
  }
}

function catchReturn(shape: MacroShape, error: unknown): Value {
  if (error instanceof MacroReturn && !shape.isCaller) return error.value;
  throw error;
}

function bindParameters(
  shape: MacroShape,
  args: readonly Value[],
  kwargs: Kwargs,
): readonly (Value | undefined)[] {
  if (kwargs.size === 0) return args;
  return shape.parameters.map((name, at) => {
    const named = kwargs.get(name);
    if (named !== undefined && at < args.length) {
      throw new PyError(
        "TypeError",
        `macro '${shape.name}' got multiple values for argument '${name}'`,
      );
    }
    return at < args.length ? args[at] : named;
  });
}

const NO_EXTRAS: Extras = { caller: undefined, varargs: new PyTuple([]), kwargs: new PyDict() };

function collectExtras(shape: MacroShape, args: readonly Value[], kwargs: Kwargs): Extras {
  const surplus = args.slice(shape.parameters.length);
  if (surplus.length > 0 && !shape.usesVarargs) {
    throw new PyError(
      "TypeError",
      `macro '${shape.name}' takes not more than ${shape.parameters.length} argument(s)`,
    );
  }
  if (surplus.length === 0 && kwargs.size === 0 && !shape.usesKwargs) return NO_EXTRAS;
  const named = [...kwargs].filter(
    ([name]) => !shape.parameters.includes(name) && !(name === "caller" && shape.usesCaller),
  );
  rejectUnknown(shape, named);
  return {
    caller: shape.parameters.includes("caller") ? undefined : kwargs.get("caller"),
    varargs: new PyTuple(surplus),
    kwargs: new PyDict(named),
  };
}

function rejectUnknown(shape: MacroShape, named: readonly (readonly [string, Value])[]): void {
  const [unknown] = named;
  if (unknown === undefined || shape.usesKwargs) return;
  if (unknown[0] === "caller") {
    throw new PyError(
      "TypeError",
      `macro '${shape.name}' was invoked with two values for the special caller argument. This is most likely a bug.`,
    );
  }
  throw new PyError("TypeError", `macro '${shape.name}' takes no keyword argument '${unknown[0]}'`);
}
