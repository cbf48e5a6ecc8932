import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { dagSourceQuery, dagVersionsQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { CodeView } from "../../ui/code-view.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Panel } from "../../ui/panel.tsx";

/** The Dag's file, as it was at any version. */
export function CodeTab({ dagId }: { readonly dagId: string }) {
  const { version } = useSearch({ from: "/shell/dags/$dagId" });
  const query = useQuery(dagSourceQuery(useApi(), dagId, version));
  return (
    <QueryView query={query}>
      {({ content, version_number }) => (
        <Panel
          title={version_number === null ? "Code" : `Version ${version_number}`}
          isFilling
          actions={
            <>
              <VersionChoice dagId={dagId} version={version_number} />
              <CopyButton text={content ?? ""} label="Copy code" />
            </>
          }
        >
          <CodeView text={content ?? ""} language="typescript" label="Source of the Dag" />
        </Panel>
      )}
    </QueryView>
  );
}

function VersionChoice({
  dagId,
  version,
}: {
  readonly dagId: string;
  readonly version: number | null;
}) {
  const navigate = useNavigate({ from: "/dags/$dagId" });
  const { data } = useQuery(dagVersionsQuery(useApi(), dagId));
  if (data === undefined || data.dag_versions.length < 2) return null;
  return (
    <label className="chip">
      <span className="visually-hidden">Version</span>
      <select
        value={version ?? ""}
        onChange={(event) => {
          const chosen = Number(event.currentTarget.value);
          void navigate({ search: (old) => ({ ...old, version: chosen }), replace: true });
        }}
      >
        {data.dag_versions.map(({ version_number, created_at }) => (
          <option key={version_number} value={version_number}>
            Version {version_number}, {created_at.slice(0, 10)}
          </option>
        ))}
      </select>
    </label>
  );
}
