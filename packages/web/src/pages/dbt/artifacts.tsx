import { useQuery } from "@tanstack/react-query";
import { QueryView } from "../../app/query-view.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Panel } from "../../ui/panel.tsx";
import { artifactsQuery } from "./dbt-queries.ts";
import type { DbtRun } from "./dbt-wire.ts";

/** The files a run left behind, also one that failed. */
export function Artifacts({ run }: { readonly run: DbtRun }) {
  const query = useQuery(artifactsQuery(String(run.account_id), String(run.id), !run.is_complete));
  return (
    <QueryView query={query} rows={2}>
      {(paths) =>
        paths.length === 0 ? null : (
          <Panel title="Artifacts" hint={paths.length}>
            <ul className="artifacts">
              {[...paths].toSorted(byImportance).map((path) => (
                <li key={path}>
                  <a
                    className="row link-plain mono"
                    href={`/api/v2/accounts/${run.account_id}/runs/${run.id}/artifacts/${path}`}
                    download={path.split("/").at(-1)}
                  >
                    <Icon name="file" />
                    <span className="ellipsis">{path}</span>
                  </a>
                </li>
              ))}
            </ul>
          </Panel>
        )
      }
    </QueryView>
  );
}

/** dbt's own files before compiled models. */
function byImportance(a: string, b: string): number {
  return Number(a.includes("/")) - Number(b.includes("/")) || a.localeCompare(b);
}
