/** What the lexer cuts a template into. */
export type TokenKind =
  | "data"
  | "blockBegin"
  | "blockEnd"
  | "variableBegin"
  | "variableEnd"
  | "name"
  | "integer"
  | "float"
  | "string"
  | "operator"
  | "end";

/** A piece of a template; `text` of a string is its value, of a number its spelling without underscores. */
export type Token = {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
  readonly end: number;
};
