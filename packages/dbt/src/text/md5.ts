import { createHash } from "node:crypto";

/** Hexadecimal MD5 of a text, as dbt uses it for names and ids. */
export function md5(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}

/** Hexadecimal SHA-256 of a text, as dbt uses it for checksums. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
