import type { JsonValue } from "../json.ts";

/** Most bytes of one XCom as JSON. */
export const MAX_XCOM_BYTES = 1_048_576;

/** Names one XCom. */
export interface XComKey {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly key: string;
}

/** One XCom, with when it was saved. */
export interface XComEntry extends XComKey {
  readonly value: JsonValue;
  /** What people are shown in place of a value that holds a secret which its task named or read; null where it holds none. */
  readonly shown: JsonValue | null;
  readonly at: Date;
}

/** Where the values live that tasks hand on. */
export interface XComStore {
  /** Contract: refuses a value over `MAX_XCOM_BYTES` as JSON with `xcom.too_large`. */
  saveXCom(
    entry: XComKey & { readonly value: JsonValue; readonly shown?: JsonValue | null },
    now: Date,
  ): Promise<void>;
  findXCom(key: XComKey): Promise<XComEntry | undefined>;
  listXComs(key: Omit<XComKey, "key">): Promise<readonly XComEntry[]>;
  /** A new attempt starts without the values of the one before. */
  clearXComs(key: Omit<XComKey, "key">): Promise<void>;
}
