/** A slice inside brackets: `[lower:upper:step]`. */
export type Slice = {
  readonly kind: "slice";
  readonly lower: Expression | undefined;
  readonly upper: Expression | undefined;
  readonly step: Expression | undefined;
  readonly at: number;
};

/** What is passed in a call. */
export type CallArguments = {
  readonly args: readonly Expression[];
  readonly kwargs: readonly { readonly name: string; readonly value: Expression }[];
  readonly star: Expression | undefined;
  readonly doubleStar: Expression | undefined;
};

/** Operators that compare two values. */
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** Operators that compute a value of two. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";

type At = { readonly at: number };

/** An expression; `at` is its offset in the template. */
export type Expression = At &
  (
    | { readonly kind: "constant"; readonly value: null | boolean | number | bigint | string }
    | { readonly kind: "float"; readonly value: number }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "list"; readonly items: readonly Expression[] }
    | { readonly kind: "tuple"; readonly items: readonly Expression[] }
    | {
        readonly kind: "dict";
        readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
      }
    | { readonly kind: "attribute"; readonly object: Expression; readonly name: string }
    | { readonly kind: "item"; readonly object: Expression; readonly key: Expression | Slice }
    | { readonly kind: "call"; readonly callee: Expression; readonly passed: CallArguments }
    | {
        readonly kind: "filter";
        /** `undefined` stands for the captured text of a `filter` or `set` block. */
        readonly input: Expression | undefined;
        readonly name: string;
        readonly passed: CallArguments;
      }
    | {
        readonly kind: "test";
        readonly input: Expression;
        readonly name: string;
        readonly passed: CallArguments;
      }
    | { readonly kind: "not"; readonly operand: Expression }
    | { readonly kind: "negative"; readonly operand: Expression }
    | { readonly kind: "positive"; readonly operand: Expression }
    | { readonly kind: "and"; readonly left: Expression; readonly right: Expression }
    | { readonly kind: "or"; readonly left: Expression; readonly right: Expression }
    | {
        readonly kind: "conditional";
        readonly condition: Expression;
        readonly whenTrue: Expression;
        readonly whenFalse: Expression | undefined;
      }
    | { readonly kind: "concat"; readonly parts: readonly Expression[] }
    | {
        readonly kind: "arithmetic";
        readonly operator: ArithmeticOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: "comparison";
        readonly first: Expression;
        readonly rest: readonly {
          readonly operator: ComparisonOperator;
          readonly operand: Expression;
        }[];
      }
  );

/** What can stand left of `=` and after `for`. */
export type Target =
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | {
      readonly kind: "namespace";
      readonly name: string;
      readonly attribute: string;
      readonly at: number;
    }
  | { readonly kind: "tuple"; readonly items: readonly Target[]; readonly at: number };

/** A parameter of a macro or call block. */
export type ParameterNode = {
  readonly name: string;
  readonly fallback: Expression | undefined;
  /** Where the default begins and ends in the source. */
  readonly fallbackSpan: readonly [number, number] | undefined;
};

/** A named block and where it is. */
export type MacroNode = At & {
  readonly kind: "macro";
  readonly blockKind: "macro" | "materialization" | "test" | "snapshot" | "docs";
  readonly name: string;
  readonly macroName: string;
  readonly parameters: readonly ParameterNode[];
  readonly adapter: string | undefined;
  readonly supportedLanguages: readonly string[] | undefined;
  readonly body: readonly Statement[];
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
};

/** A template inheritance block. */
export type BlockNode = At & {
  readonly kind: "block";
  readonly name: string;
  readonly isScoped: boolean;
  readonly isRequired: boolean;
  readonly body: readonly Statement[];
};

/** A `for` loop. */
export type ForNode = At & {
  readonly kind: "for";
  readonly target: Target;
  readonly iterable: Expression;
  readonly condition: Expression | undefined;
  readonly isRecursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
};

/** A tag, a piece of text or a printed expression. */
export type Statement = At &
  (
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "print"; readonly expression: Expression }
    | { readonly kind: "do"; readonly expression: Expression }
    | {
        readonly kind: "if";
        readonly branches: readonly {
          readonly condition: Expression;
          readonly body: readonly Statement[];
        }[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
    | {
        readonly kind: "setBlock";
        readonly target: Target;
        readonly filter: Expression | undefined;
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: "filterBlock";
        readonly filter: Expression;
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: "with";
        readonly bindings: readonly { readonly target: Target; readonly value: Expression }[];
        readonly body: readonly Statement[];
      }
    | {
        readonly kind: "callBlock";
        readonly parameters: readonly ParameterNode[];
        readonly call: Expression & { readonly kind: "call" };
        readonly body: readonly Statement[];
      }
    | MacroNode
    | ForNode
    | BlockNode
    | { readonly kind: "break" }
    | { readonly kind: "continue" }
    | { readonly kind: "extends"; readonly template: Expression }
    | {
        readonly kind: "include";
        readonly template: Expression;
        readonly ignoreMissing: boolean;
        readonly withContext: boolean;
      }
    | {
        readonly kind: "import";
        readonly template: Expression;
        readonly target: string;
        readonly withContext: boolean;
      }
    | {
        readonly kind: "fromImport";
        readonly template: Expression;
        readonly names: readonly { readonly name: string; readonly alias: string }[];
        readonly withContext: boolean;
      }
  );

/** A parsed template. */
export type TemplateNode = {
  readonly body: readonly Statement[];
  /** Every call of a plain or dotted name, in source order. */
  readonly calls: readonly CallNode[];
  /** Where each argument of a call begins and ends. */
  readonly spans: ReadonlyMap<Expression, readonly [number, number]>;
};

/** A call together with the named block it stands in. */
export type CallNode = {
  readonly call: Expression & { readonly kind: "call" };
  readonly name: string;
  readonly block: string | undefined;
};
