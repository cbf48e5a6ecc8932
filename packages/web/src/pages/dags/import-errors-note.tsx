import { useQuery } from "@tanstack/react-query";
import { importErrorsQuery } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { renderPlural } from "../../format/number.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";

/** Dag files that cannot be read, with what the compiler said; nothing while all can. */
export function ImportErrorsNote() {
  const { data } = useQuery(importErrorsQuery(useApi()));
  if (data === undefined || data.import_errors.length === 0) return null;
  return (
    <details className="note bad import-errors">
      <summary>
        <span className="state">
          <StateIcon look={TASK_LOOKS.failed} isDecoration />
          {renderPlural(data.total_entries, "import error")}
        </span>
      </summary>
      {data.import_errors.map((error) => (
        <div key={error.import_error_id} className="stack">
          <b>{error.filename}</b>
          <pre className="code framed">{error.stack_trace}</pre>
        </div>
      ))}
    </details>
  );
}
