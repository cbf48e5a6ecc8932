import { useQuery } from "@tanstack/react-query";
import { homeQuery } from "../../api/queries.ts";
import { useApi } from "../../app/services.ts";
import { renderPlural } from "../../format/number.ts";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { FileAction } from "../import-error/file-action.tsx";
import { ImportErrorText } from "../import-error/import-error-text.tsx";

/** Dag files that cannot be read, with what is wrong and where; nothing while all can. */
export function ImportErrorsNote() {
  const { data } = useQuery(homeQuery(useApi()));
  const errors = data?.problems.items.filter((problem) => problem.kind === "import_error") ?? [];
  if (errors.length === 0) return null;
  return (
    <section className="note bad import-errors" aria-label="Import errors">
      <span className="state">
        <StateIcon look={TASK_LOOKS.failed} isDecoration />
        <b>{renderPlural(errors.length, "import error")}</b>
      </span>
      {errors.map((error) => (
        <ImportErrorText
          key={error.import_error_id}
          error={error}
          action={<FileAction error={error} />}
          isFrameOpen={errors.length === 1}
        />
      ))}
    </section>
  );
}
