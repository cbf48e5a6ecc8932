import type { Variable } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { variablesQuery } from "../../api/queries.ts";
import { ForRole } from "../../app/for-role.tsx";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderShown } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { VariableDialog } from "./variable-dialog.tsx";

/** Values that Dags read by name. */
export function VariablesPage() {
  return (
    <ForRole least="editor" title="Variables" hint="A Dag reads them by name.">
      <AllVariables />
    </ForRole>
  );
}

function AllVariables() {
  const search = useSearch({ from: "/shell/variables" });
  const navigate = useNavigate({ from: "/variables" });
  const refusal = useRefusal("admin");
  const query = useQuery(variablesQuery(useApi()));
  const edited = query.data?.variables.find(({ key }) => key === search.id);
  return (
    <>
      <PageHead
        title="Variables"
        after={
          <span className="text-3">
            {query.data && renderShown(query.data.variables.length, query.data.total_entries)}
          </span>
        }
        actions={
          <Button
            acts
            icon="plus"
            disabledReason={refusal}
            onClick={() => void navigate({ search: (old) => ({ ...old, isNew: true }) })}
          >
            New variable
          </Button>
        }
      />
      <div className="filters">
        <SearchField
          label="Filter by key"
          value={search.q ?? ""}
          onChange={(q) => void navigate({ search: (old) => ({ ...old, q }), replace: true })}
        />
      </div>
      <QueryView query={query}>
        {({ variables }) => (
          <VariableTable
            variables={variables.filter(({ key }) => key.includes(search.q ?? ""))}
            onOpen={(id) => void navigate({ search: (old) => ({ ...old, id }) })}
          />
        )}
      </QueryView>
      {(edited !== undefined || search.isNew === true) && (
        <VariableDialog
          key={edited?.key ?? ""}
          variable={edited}
          refusal={refusal}
          onClose={() =>
            void navigate({ search: (old) => without(old, "id", "isNew"), replace: true })
          }
        />
      )}
    </>
  );
}

function VariableTable({
  variables,
  onOpen,
}: {
  readonly variables: readonly Variable[];
  readonly onOpen: (key: string) => void;
}) {
  if (variables.length === 0) {
    return (
      <Empty title="No variables" command="airloom variables set KEY VALUE">
        <p>A Dag reads one with variables.get("KEY").</p>
      </Empty>
    );
  }
  return (
    <div className="panel scroll">
      <table className="table fixed variable-table">
        <thead>
          <tr>
            <th>Key</th>
            <th>Value</th>
            <th>Description</th>
            <th className="when">Changed</th>
          </tr>
        </thead>
        <tbody>
          {variables.map((variable) => (
            <tr key={variable.key} data-row>
              <td>
                <button
                  type="button"
                  data-opens
                  className="cell-button strong"
                  onClick={() => onOpen(variable.key)}
                >
                  {variable.key}
                </button>
              </td>
              <td className="mono">{variable.is_secret ? "••••••••" : variable.value}</td>
              <td className="text-2">{variable.description}</td>
              <td className="when text-2">
                <Instant at={variable.updated_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
