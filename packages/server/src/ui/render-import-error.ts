import type { UiCodeFrame } from "@airloom/api";
import type { ImportError, StoredDag } from "@airloom/core";
import { renderInstant } from "../wire/instants.ts";

/** A file that cannot be read, with the Dags whose last good version it leaves in force. */
export function renderImportError(
  error: ImportError,
  dags: readonly Pick<StoredDag, "dagId" | "file">[],
): UiCodeFrame {
  return {
    import_error_id: Number(error.id),
    filename: error.file,
    message: withoutPlace(error.message, error.file),
    line: error.line,
    column: error.column,
    code_frame: error.codeFrame,
    timestamp: renderInstant(error.at),
    dag_ids: dags.filter(({ file }) => file === error.file).map(({ dagId }) => dagId),
  };
}

/** The place stands beside the message on every page: at the message's end it would be read twice. */
function withoutPlace(message: string, file: string): string {
  const at = message.lastIndexOf(` (${file}:`);
  const isPlace = at !== -1 && /^[\d:]+\)$/u.test(message.slice(at + file.length + 3));
  return isPlace ? message.slice(0, at) : message;
}
