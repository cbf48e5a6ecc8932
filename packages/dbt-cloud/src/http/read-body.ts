import { DbtCloudError } from "./dbt-cloud-error.ts";

/** The body as text. Throws when it is longer than `maxBytes`, before it fills the memory. */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.byteLength;
    if (size > maxBytes) {
      await response.body.cancel().catch(() => undefined);
      throw new DbtCloudError(
        "refused",
        `${response.url} is longer than ${Math.round(maxBytes / 1_048_576)} MB`,
      );
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
