import fc, { type Arbitrary } from "fast-check";
import { arbitraryOf, findMisfit, type JsonSchema, type Resolve } from "./json-schema.ts";

/** An API to be fuzzed: its own document, and a way to ask it. */
export interface FuzzTarget {
  readonly document: Readonly<Record<string, unknown>>;
  /** Values for parameters in paths that lead to something, by name. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  /** Operations, `METHOD /path`, that would end the fuzzing itself. */
  readonly skipped: ReadonlySet<string>;
  readonly send: (
    request: FuzzRequest,
  ) => Promise<{ readonly status: number; readonly text: string }>;
  readonly close: () => Promise<void>;
}

export interface FuzzRequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonSchema | undefined;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

/** What came of fuzzing one API. */
export interface FuzzReport {
  readonly requests: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
}

const HANG_MS = 20_000;
const AT_ONCE = 8;
const BATCH = 500;

/** Sends requests drawn from an API's document; the same seed draws the same ones. */
export async function fuzzApi(
  target: FuzzTarget,
  {
    requests,
    seed,
    onProgress = () => undefined,
  }: {
    readonly requests: number;
    readonly seed: number;
    readonly onProgress?: (done: number, findings: number) => void;
  },
): Promise<FuzzReport> {
  const resolve = openResolve(target.document);
  const operations = listOperations(target.document).filter(
    ({ name }) => !target.skipped.has(name),
  );
  const drawn = fc
    .constantFrom(...operations)
    .chain((operation) => drawRequest(target, operation, resolve));
  const statuses = new Map<string, number>();
  const findings: string[] = [];
  for (let done = 0; done < requests; done += BATCH) {
    const batch = fc.sample(drawn, {
      numRuns: Math.min(BATCH, requests - done),
      seed: seed + done,
    });
    const waiting = [...batch];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { status, finding } = await judge(target, next, resolve);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (finding !== undefined) findings.push(finding);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    onProgress(done + batch.length, findings.length);
  }
  return {
    requests,
    statuses: Object.fromEntries([...statuses].toSorted(([a], [b]) => a.localeCompare(b))),
    findings,
  };
}

interface Drawn extends FuzzRequest {
  readonly operation: Operation;
}

async function judge(
  target: FuzzTarget,
  { operation, ...request }: Drawn,
  resolve: Resolve,
): Promise<{ readonly status: string; readonly finding?: string }> {
  const told = `${operation.name} ${request.url} ${(JSON.stringify(request.body) ?? "").slice(0, 600)}`;
  const answer = await Promise.race([
    target.send(request).catch((error: unknown) => ({ status: 599, text: String(error) })),
    new Promise<undefined>((done) => setTimeout(done, HANG_MS, undefined).unref()),
  ]);
  if (answer === undefined) return { status: "hang", finding: `hangs: ${told}` };
  const status = String(answer.status);
  if (answer.status >= 500 && answer.status !== 501) {
    return { status, finding: `answers ${status}: ${told}: ${answer.text.slice(0, 300)}` };
  }
  const misfit =
    operation.body === undefined || request.body === undefined || answer.status >= 300
      ? undefined
      : findMisfit(resolve, operation.body, request.body);
  return misfit === undefined ? { status } : { status, finding: `accepts (${misfit}): ${told}` };
}

function openResolve(document: Readonly<Record<string, unknown>>): Resolve {
  const { schemas = {} } = Object(document["components"]);
  return (schema) => {
    const name = schema.$ref?.replace("#/components/schemas/", "");
    return name === undefined ? schema : (schemas[name] ?? {});
  };
}

function listOperations(document: Readonly<Record<string, unknown>>): readonly Operation[] {
  return Object.entries<Record<string, unknown>>(Object(document["paths"])).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, described]) => {
        const { parameters = [], requestBody } = Object(described);
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          parameters,
          body: requestBody?.content?.["application/json"]?.schema,
        };
      }),
  );
}

const HOSTILE_TEXTS = [
  "\0",
  "\ud800",
  "'; drop table runs --",
  "../../etc/passwd",
  "%",
  "1e400",
  "",
];
const HOSTILE_VALUES = [
  -1,
  0,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  null,
  true,
  [],
  {},
  [[]],
  [null],
];

const HOSTILE: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE_TEXTS, "x".repeat(70_000), ...HOSTILE_VALUES),
  fc.jsonValue({ maxDepth: 2 }),
);

function drawRequest(target: FuzzTarget, operation: Operation, resolve: Resolve): Arbitrary<Drawn> {
  const inPath = operation.parameters.filter((one) => one.in === "path");
  const inQuery = operation.parameters.filter((one) => one.in === "query");
  return fc
    .record({
      path: fc.tuple(...inPath.map((one) => drawSegment(target, one, resolve))),
      query: fc
        .subarray(
          inQuery.map((one) => one.name),
          { maxLength: Math.min(4, inQuery.length) },
        )
        .chain((names) => fc.tuple(...names.map((name) => drawParameter(inQuery, name, resolve)))),
      body: drawBody(operation, resolve),
    })
    .map(({ path, query, body }) => {
      const filled = inPath.reduce(
        (text, { name }, at) => text.replace(`{${name}}`, encode(path[at])),
        operation.path,
      );
      const asked = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
      return {
        operation,
        method: operation.method,
        url: asked === "" ? filled : `${filled}?${asked}`,
        body,
      };
    });
}

function drawSegment(
  target: FuzzTarget,
  { name, schema }: Parameter,
  resolve: Resolve,
): Arbitrary<unknown> {
  const known = target.known[name] ?? ["1"];
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: arbitraryOf(resolve, schema) },
    { weight: 1, arbitrary: HOSTILE },
  );
}

function drawParameter(
  parameters: readonly Parameter[],
  name: string,
  resolve: Resolve,
): Arbitrary<readonly [string, unknown]> {
  const { schema = {} } = parameters.find((one) => one.name === name) ?? {};
  const value = fc.oneof(
    { weight: 3, arbitrary: arbitraryOf(resolve, schema) },
    { weight: 1, arbitrary: HOSTILE },
  );
  return fc.tuple(fc.constant(name), value);
}

function drawBody({ body }: Operation, resolve: Resolve): Arbitrary<unknown> {
  if (body === undefined) return fc.constant(undefined);
  const fitting = arbitraryOf(resolve, body);
  const spoilt = fc.tuple(fitting, fc.nat(), HOSTILE).map(([value, at, wrong]) => {
    const { properties = {} } = resolve(body);
    const names = Object.keys(properties);
    const name = names[at % Math.max(1, names.length)];
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return name === undefined || !isObject ? wrong : { ...value, [name]: wrong };
  });
  return fc.oneof(
    { weight: 4, arbitrary: fitting },
    { weight: 3, arbitrary: spoilt },
    { weight: 1, arbitrary: HOSTILE },
  );
}

function encode(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return encodeURIComponent(text.toWellFormed()).slice(0, 4_000);
}
