import fc from "fast-check";
import { expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import { TemplateError } from "./errors.ts";
import { scopeOf } from "./runtime/scope.ts";
import { findLiteral } from "./syntax/literal.ts";
import { isEqual } from "./values/compare.ts";
import { toJs, toPython } from "./values/convert.ts";
import { makeFloat } from "./values/numeric.ts";
import { repr } from "./values/text.ts";
import { callable, PyDict, PySet, PyTuple, type Value } from "./values/value.ts";

const RUNS = { numRuns: 1000 };
const keeping = createEnvironment({ keepTrailingNewline: true });
const environment = createEnvironment({ dialect: "dbt" });

const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value; leaf: Value }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(makeFloat),
    fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new PyTuple(items)),
    fc.array(tie("leaf"), { maxLength: 4, minLength: 1 }).map((items) => new PySet(items)),
    fc
      .array(fc.tuple(tie("leaf"), tie("value")), { maxLength: 4 })
      .map((entries) => new PyDict(entries)),
  ),
})).value;

test("text without tags renders as itself", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !/\{[{%#]|\r/u.test(text)),
      (text) => {
        expect(keeping.compile(text).render(scopeOf({}))).toBe(text);
      },
    ),
    RUNS,
  );
});

test("raw parts render as themselves", () => {
  fc.assert(
    fc.property(
      fc
        .string({ unit: fc.constantFrom("{", "%", "}", "#", "a", " ", "\n", "'", "-") })
        .filter((text) => !/^-|-$/u.test(text)),
      (text) => {
        const source = `{% raw %}${text}{% endraw %}`;
        expect(keeping.compile(source).render(scopeOf({}))).toBe(text);
      },
    ),
    RUNS,
  );
});

test("what repr() spells is the literal of an equal value", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const literal = findLiteral(repr(value));
      expect(literal === undefined ? undefined : repr(literal.value)).toBe(repr(value));
      expect(literal !== undefined && isEqual(literal.value, value)).toBe(true);
    }),
    RUNS,
  );
});

test("a value printed into a native template comes back equal", () => {
  fc.assert(
    fc.property(
      anyValue.filter((value) => typeof value !== "string"),
      (value) => {
        const back = keeping.compile("{{ v }}").renderNative(scopeOf({ v: value }));
        expect(back === value || isEqual(back, value)).toBe(true);
      },
    ),
    RUNS,
  );
});

test("JSON survives the way into templates and back", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      expect(toJs(toPython(data))).toEqual(JSON.parse(JSON.stringify(data)));
    }),
    RUNS,
  );
});

test("tojson writes what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      const text = environment.compile("{{ d|tojson }}").render(scopeOf({ d: toPython(data) }));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)));
    }),
    RUNS,
  );
});

test("slices are those of the same indexes, one by one", () => {
  const bound = fc.option(fc.integer({ min: -8, max: 8 }));
  const step = fc.option(fc.integer({ min: -3, max: 3 }).filter((size) => size !== 0));
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }),
      bound,
      bound,
      step,
      (list, from, to, by) => {
        const scope = scopeOf({ list, text: list.join(""), from, to, by });
        const sliced = environment.compile("{{ list[from:to:by]|join }}").render(scope);
        expect(environment.compile("{{ text[from:to:by] }}").render(scope)).toBe(sliced);
      },
    ),
    RUNS,
  );
});

test("quotient and remainder of ints fit together as in Python", () => {
  const integer = fc.oneof(
    fc.integer(),
    fc.bigInt().map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
  );
  fc.assert(
    fc.property(
      integer,
      integer.filter((value) => BigInt(value) !== 0n),
      (a, b) => {
        const scope = scopeOf({ a, b });
        expect(environment.compile("{{ (a // b) * b + a % b == a }}").render(scope)).toBe("True");
        expect(
          environment.compile("{{ a % b == 0 or (a % b < 0) == (b < 0) }}").render(scope),
        ).toBe("True");
      },
    ),
    RUNS,
  );
});

const expression: fc.Arbitrary<string> = fc.letrec<{ value: string; leaf: string }>((tie) => ({
  leaf: fc.constantFrom(
    "a",
    "b",
    "xs",
    "d",
    "nope",
    "1",
    "2.5",
    "'s'",
    "none",
    "true",
    "loop.index",
    "f()",
    "f(a, k=b)",
    "m(1)",
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    tie("leaf"),
    fc
      .tuple(
        tie("value"),
        fc.constantFrom("+", "-", "*", "/", "//", "%", "~", "==", "<", "in", "and", "or"),
        tie("value"),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(
        tie("value"),
        fc.constantFrom(
          "upper",
          "length",
          "list",
          "join(',')",
          "default('z')",
          "first",
          "string",
          "int",
          "sort",
          "map('string')",
          "tojson",
        ),
      )
      .map(([value, filter]) => `(${value})|${filter}`),
    fc
      .tuple(
        tie("value"),
        fc.constantFrom("defined", "none", "string", "number", "iterable", "odd"),
      )
      .map(([value, name]) => `((${value}) is ${name})`),
    fc
      .tuple(tie("value"), tie("value"), tie("value"))
      .map(([one, two, three]) => `(${one} if ${two} else ${three})`),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    fc.tuple(tie("value"), tie("value")).map(([object, key]) => `(${object})[${key}]`),
    tie("value").map((value) => `(${value}).upper()`),
  ),
})).value;

const body: fc.Arbitrary<string> = fc.letrec<{ part: string; body: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("text ", "\n", "{# note #}"),
    expression.map((value) => `{{ ${value} }}`),
    expression.map((value) => `{% set a = ${value} %}`),
    fc
      .tuple(expression, tie("body"), tie("body"))
      .map(
        ([test, then, otherwise]) => `{% if ${test} %}${then}{%- else -%}${otherwise}{% endif %}`,
      ),
    fc
      .tuple(expression, tie("body"))
      .map(([items, inner]) => `{% for b in ${items} %}${inner}{% else %}none{% endfor %}`),
    fc
      .tuple(expression, tie("body"))
      .map(([value, inner]) => `{% with a = ${value} %}${inner}{% endwith %}`),
    tie("body").map((inner) => `{% set b %}${inner}{% endset %}`),
    tie("body").map((inner) => `{% call m(2) %}${inner}{% endcall %}`),
    fc
      .tuple(expression, tie("body"))
      .map(
        ([value, inner]) =>
          `{% macro q(a) %}${inner}{% do return(${value}) %}{% endmacro %}{{ q(b) }}`,
      ),
  ),
  body: fc.array(tie("part"), { maxLength: 3 }).map((parts) => parts.join("")),
})).body;

function outcome(error: unknown): string {
  if (error instanceof TemplateError) return `failed: ${error.message}`;
  throw error;
}

test("synchronous and asynchronous rendering agree on every template, errors and places included", async () => {
  const prelude = "{% macro m(x) %}<{{ x }}{{ caller() if caller is defined }}>{% endmacro %}";
  const names = { a: 3, b: "text", xs: [3, 1, 2], d: new PyDict([["k", 1]]) };
  const now = scopeOf({ ...names, f: callable(() => 7) });
  const later = scopeOf({ ...names, f: callable(() => Promise.resolve(7)) });
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const template = environment.compile(prelude + text);
      let sync: string;
      try {
        sync = template.render(now);
      } catch (error) {
        sync = outcome(error);
      }
      expect(await template.renderAsync(now).catch(outcome)).toBe(sync);
      expect(await template.renderAsync(later).catch(outcome)).toBe(sync);
    }),
    RUNS,
  );
});

test("any text compiles or is refused with a place in it", () => {
  const noise = fc.array(
    fc.constantFrom(
      "{{",
      "}}",
      "{%",
      "%}",
      "{#",
      "#}",
      "-",
      "if",
      "for",
      "x",
      "in",
      "endif",
      "endfor",
      "set",
      "=",
      "1",
      "'",
      '"',
      "(",
      ")",
      "[",
      "]",
      "|",
      ".",
      "macro",
      " ",
      "\n",
      "raw",
      "\\",
      "é",
      "😀",
    ),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(noise, (parts) => {
      const source = parts.join("");
      try {
        environment.compile(source);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        expect(error.line).toBeLessThanOrEqual(source.split("\n").length);
        expect(error.column).toBeGreaterThan(0);
      }
    }),
    RUNS,
  );
});
