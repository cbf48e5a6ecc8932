import { describe, expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";
import { TemplateError } from "./errors.ts";
import { pythonModules } from "./modules/python-modules.ts";
import { Budget } from "./runtime/budget.ts";
import { scopeOf } from "./runtime/scope.ts";
import { toPython } from "./values/convert.ts";
import { callable, type HostObject, pyType, type Value } from "./values/value.ts";

const host: HostObject = {
  [pyType]: "Host",
  getAttribute: (name) => (name === "own" ? "fine" : undefined),
  getItem: (key) => (key === "own" ? "fine" : undefined),
  iterate: () => ["fine"],
};

const scope = scopeOf({
  host,
  text: "abc",
  list: [1, 2],
  number: 5,
  dict: toPython(JSON.parse('{"a": 1, "__proto__": {"polluted": true}}')),
  call: callable(() => "called"),
  modules: pythonModules({ now: () => new Date(0) }),
});

const FORBIDDEN = [
  "constructor",
  "__proto__",
  "prototype",
  "__class__",
  "__mro__",
  "__subclasses__",
  "__globals__",
  "__init__",
  "__defineGetter__",
  "__lookupGetter__",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "toText",
  "getAttribute",
  "call",
  "apply",
  "bind",
  "then",
] as const;

const OBJECTS = [
  "host",
  "text",
  "list",
  "number",
  "call",
  "range",
  "range(3)",
  "'x'",
  "[]",
  "{}",
  "(1,)",
  "1.5",
  "none",
  "true",
  "namespace(a=1)",
  "cycler(1)",
  "text.upper",
  "list.append",
  "{}.items()",
  "m",
  "loop",
  "modules",
  "modules.re",
  "modules.re.compile('a')",
  "modules.re.match('a', 'a')",
  "modules.datetime.datetime",
  "modules.datetime.datetime(2024, 1, 1)",
  "modules.datetime.timedelta(1)",
  "modules.datetime.timezone.utc",
  "modules.pytz.utc",
] as const;

const PATHS: readonly ((object: string, name: string) => string)[] = [
  (object, name) => `(${object}).${name}`,
  (object, name) => `(${object})['${name}']`,
  (object, name) => `(${object})|attr('${name}')`,
  (object, name) => `([${object}]|map(attribute='${name}')|first)`,
  (object, name) => `([${object}]|sum(attribute='${name}', start=none))`,
  (object, name) => `([${object}]|groupby('${name}')|first).grouper`,
  (object, name) => `([(${object},)]|map(attribute='0.${name}')|first)`,
];

const environment = createEnvironment();
const permissive = createEnvironment({ undefinedBehavior: "permissive" });

/** Whether the expression gives anything at all, seen from inside of the template. */
function reaches(expression: string): boolean {
  const source = `{% macro m() %}{% endmacro %}{% for i in [1] %}{{ (${expression}) is defined and (${expression}) is not none }}{% endfor %}`;
  try {
    return environment.compile(source).render(scope) === "True";
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return false;
  }
}

describe("JavaScript is out of reach", () => {
  test.each(OBJECTS)("from %s by no name on any path", (object) => {
    const reached = FORBIDDEN.flatMap((name) =>
      PATHS.map((path) => path(object, name)).filter(reaches),
    );
    expect(reached).toEqual([]);
  });

  test("what the host answers is reachable", () => {
    expect(reaches("host.own")).toBe(true);
    expect(reaches("host['own']")).toBe(true);
  });

  test.each([
    "{{ range.constructor('return process')().env }}",
    "{{ ''.constructor.constructor('return 1')() }}",
    "{{ call.constructor('return 1')() }}",
    "{{ '{0.constructor}'.format(call) }}",
    "{{ '{0.__class__}'.format(host) }}",
    "{{ '{0[constructor]}'.format(list) }}",
    "{{ '{x.getAttribute}'.format(x=host) }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ host.getAttribute('own') }}",
    "{% set host.constructor = 1 %}",
    "{% set namespace.prototype = 1 %}",
    "{{ 1|constructor }}",
    "{{ 1|__proto__ }}",
    "{{ 1 is constructor }}",
    "{{ [1]|map('constructor')|list }}",
    "{{ [1]|select('toString')|list }}",
    "{{ constructor.constructor('return 1')() }}",
    "{{ hasOwnProperty('x') }}",
  ])("%s ends with an error of the template", async (source) => {
    expect(() => environment.compile(source).render(scope)).toThrow(TemplateError);
    await expect((async () => environment.compile(source).renderAsync(scope))()).rejects.toThrow(
      TemplateError,
    );
  });

  test.each([
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "R",
    "C",
    "S",
    "D",
    "process",
    "globalThis",
    "arguments",
    "eval",
  ])("the free name %s is undefined", (name) => {
    expect(environment.compile(`{{ ${name} is defined }}`).render(scope)).toBe("False");
  });

  test.each([
    "o",
    "L",
    "T",
    "A",
    "X",
    "B",
    "await",
    "class",
    "this",
    "new",
    "delete",
    "let",
    "g1",
    "v1",
    "this",
  ])("the name %s, special to JavaScript, is an ordinary variable", (name) => {
    const source = `{% set ${name} = 1 %}{% for ${name} in [2] %}{{ ${name} }}{% endfor %}{{ ${name} }}`;
    expect(environment.compile(source).render(scope)).toBe("21");
  });

  test("permissive undefineds lead nowhere", () => {
    const source = "[{{ x.constructor('return process')().env }}]";
    expect(permissive.compile(source).render(scope)).toBe("[]");
  });

  test("texts of a template never become code", () => {
    const hostile = "`${process.exit(1)}`\"'\\\u2028\u2029</script>*/}}//";
    const escaped = hostile.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    expect(environment.compile(`{{ "${escaped}" }}`).render(scope)).toBe(hostile);
    const plain = "a`${1}`\\n\u2028'\"";
    expect(environment.compile(plain).render(scope)).toBe(plain);
  });

  test("keys like __proto__ are data", () => {
    expect(environment.compile("{{ dict['__proto__'] }}").render(scope)).toBe("{'polluted': True}");
    expect(
      environment
        .compile(
          "{% set d = {} %}{% do d.update({'__proto__': {'polluted': 1}}) %}{{ d }}{{ d|tojson }}",
        )
        .render(scope),
    ).toBe(`{'__proto__': {'polluted': 1}}{"__proto__": {"polluted": 1}}`);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("hostile templates end", () => {
  const limited = createEnvironment({
    dialect: "dbt",
    limits: { maxSteps: 20_000, maxOutputLength: 100_000, maxDepth: 100 },
    loadTemplate: (name) => (name === "self.html" ? "{% include 'self.html' %}" : undefined),
  });

  test.each([
    "\n{% for i in range(10**9) %}x{% endfor %}",
    "\n{% for i in range(10000) %}{% for j in range(10000) %}{% endfor %}{% endfor %}",
    "\n{{ 'x' * 10**8 }}",
    "\n{{ [0] * 10**9 }}",
    "\n{{ range(10**9)|list }}",
    "\n{{ 10**(10**10) }}",
    "\n{{ 'a'.ljust(10**9) }}",
    "\n{{ 'a'.center(10**9) }}",
    "\n{{ '5'.zfill(10**9) }}",
    "\n{{ '%1000000000d' % 1 }}",
    "\n{{ '%.1000000000f' % 1 }}",
    "\n{{ '{:1000000000}'.format(1) }}",
    "\n{{ '{:>{w}}'.format(1, w=10**9) }}",
    "\n{{ ('x' * 10000).replace('x', 'y' * 10000) }}",
    "\n{{ 'x'|indent(10**9) }}",
    "\n{{ [1]|batch(10**9, 0)|list }}",
    "\n{{ 'a\tb'.expandtabs(10**9) }}",
    "\n{% set ns = namespace(s='x' * 1000) %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "\n{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
    "\n{% set ns = namespace(n=10) %}{% for i in range(100) %}{% set ns.n = ns.n * ns.n %}{% endfor %}",
    "\n{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}",
    "\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "\n{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "\n{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
    "\n{% for x in [[]] recursive %}{{ loop([[]]) }}{% endfor %}",
    "\n{% include 'self.html' %}",
    "\n{% for i in range(2000) %}{{ 'x' * 1000 }}{% endfor %}",
    "\n{% set l = [] %}{% do l.append(l) %}{{ l|tojson }}",
    "\n{{ modules.itertools.product(range(1000), repeat=5) }}",
    "\n{{ modules.itertools.product([1], repeat=10**9) }}",
    "\n{{ modules.itertools.product(repeat=10**12) }}",
    "\n{{ modules.itertools.permutations(range(30)) }}",
    "\n{{ modules.itertools.combinations(range(200), 100) }}",
    "\n{{ modules.itertools.combinations(range(4000), 3999) }}",
    "\n{{ modules.itertools.combinations_with_replacement(range(60), 60) }}",
    "\n{{ modules.itertools.combinations_with_replacement([1], 1000000) }}",
    "\n{{ modules.itertools.chain(*([range(100000)] * 100)) }}",
    "\n{{ modules.itertools.zip_longest(*([range(100000)] * 100)) }}",
    "\n{{ modules.itertools.accumulate([range(1000)|list] * 1000) }}",
    "\n{{ modules.datetime.datetime.strptime('1' * 60 ~ 'x', '%d' * 40) }}",
    "\n{{ ('1' * 1000000)|int }}",
    "\n{{ ('f' * 1000000)|int(0, 16) }}",
  ])("%j, with an error that names template and line", async (source) => {
    const template = limited.compile(source, { file: "models/hostile.sql" });
    const failures = [() => template.render(scope), () => template.renderNative(scope)].map(
      (render): unknown => {
        try {
          return render();
        } catch (error) {
          return error;
        }
      },
    );
    failures.push(await template.renderAsync(scope).catch((error: unknown) => error));
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(TemplateError);
      const files = failure instanceof TemplateError ? failure.frames.map(({ file }) => file) : [];
      expect(files).toContain("models/hostile.sql");
      const lines = failure instanceof TemplateError ? failure.frames.map(({ line }) => line) : [];
      expect(lines).toContain(2);
    }
  });

  test.each([
    ["product([1, 2], 'ab')", "[(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')]"],
    ["product([1, 2], repeat=2)", "[(1, 1), (1, 2), (2, 1), (2, 2)]"],
    ["product([], [1])", "[]"],
    ["product()", "[()]"],
    ["permutations('abc', 2)|length", "6"],
    [
      "permutations([1, 2, 3])",
      "[(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)]",
    ],
    ["permutations([1], 2)", "[]"],
    ["combinations(range(40), 39)|length", "40"],
    ["combinations([1, 2, 3], 2)", "[(1, 2), (1, 3), (2, 3)]"],
    ["combinations([1], 0)", "[()]"],
    ["combinations_with_replacement([1, 2], 2)", "[(1, 1), (1, 2), (2, 2)]"],
    ["combinations_with_replacement([], 1)", "[]"],
  ])("what ends is as in Python: itertools.%s", (call, shown) => {
    expect(limited.compile(`{{ modules.itertools.${call} }}`).render(scope)).toBe(shown);
  });

  test("a few lists that hold each other twice cannot be printed forever", () => {
    const doubled = "{% set ns.l = [ns.l, ns.l] %}".repeat(60);
    const source = `{% set ns = namespace(l=[1]) %}${doubled}{{ ns.l }}`;
    expect(() => limited.compile(source).render(scope)).toThrow("a limit stopped it");
  });

  test("a list that contains itself prints as in Python", () => {
    const source = "{% set l = [1] %}{% do l.append(l) %}{{ l }}";
    expect(limited.compile(source).render(scope)).toBe("[1, [...]]");
  });

  test("deep nesting is a syntax error, not a stack overflow", () => {
    for (const source of [
      `{{ ${"(".repeat(100_000)}1${")".repeat(100_000)} }}`,
      `{{ ${"[".repeat(5000)}${"]".repeat(5000)} }}`,
      `{{ ${"not ".repeat(100_000)}1 }}`,
      `{{ ${"-".repeat(100_000)}1 }}`,
      "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000),
      `{{ ${"1 if 1 else ".repeat(10_000)}1 }}`,
    ]) {
      expect(() => limited.compile(source)).toThrow(TemplateError);
    }
  });

  test("long chains of operators compile and render", () => {
    const sum = Array.from({ length: 500 }, () => "1").join(" + ");
    expect(limited.compile(`{{ ${sum} }}`).render(scope)).toBe("500");
    const attributes = `{{ x${".a".repeat(300)} is defined }}`;
    expect(permissive.compile(attributes).render(scope)).toBe("False");
  });

  test("one budget limits several renderings together", () => {
    const budget = new Budget({ maxSteps: 15, maxOutputLength: 100, maxDepth: 10 });
    const template = limited.compile("{% for i in range(10) %}{% endfor %}");
    template.render(scope, { budget });
    expect(() => template.render(scope, { budget })).toThrow("takes more than 15 steps");
  });

  test("macros count against the budget they are bound with", () => {
    const source = "{% macro m() %}{% for i in range(10**6) %}{% endfor %}{% endmacro %}";
    const macro = limited.compile(source).macros(scope).get("m");
    expect(() => macro?.call([], new Map())).toThrow(TemplateError);
  });
});

test("a function that answers a promise cannot be used while rendering synchronously", () => {
  const names: Readonly<Record<string, Value>> = { wait: callable(async () => "done") };
  expect(() => environment.compile("{{ wait() }}").render(scopeOf(names))).toThrow(
    "render with renderAsync()",
  );
});
