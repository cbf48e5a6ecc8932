import { useQuery } from "@tanstack/react-query";
import { Instant } from "../../app/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { projectsQuery } from "./dbt-queries.ts";
import { type DbtGrant, type DbtProject, type DbtToken, isoOf } from "./dbt-wire.ts";
import { renderPermissionSet } from "./permission-sets.ts";

/** The tokens of an account: what each may do and when it was last used; never the token itself. */
export function TokenTable({
  accountId,
  tokens,
  refusal,
  onRevoke,
}: {
  readonly accountId: string;
  readonly tokens: readonly DbtToken[];
  readonly refusal: string | undefined;
  readonly onRevoke: (id: string) => void;
}) {
  const projects = useQuery(projectsQuery(accountId)).data?.items ?? [];
  if (tokens.length === 0) {
    return (
      <Empty title="No service tokens">
        <p>A program needs one to use this service: Airflow's provider, dbtc, your own script.</p>
      </Empty>
    );
  }
  return (
    <div className="panel scroll">
      <table className="table">
        <thead>
          <tr>
            <th>Name</th>
            <th>Permissions</th>
            <th>Last used</th>
            <th>Created</th>
            <th>Expires</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id} data-row>
              <td className="strong">{token.name}</td>
              <td>{renderGrants(token.permission_grants, projects)}</td>
              <td className="text-2">
                {token.last_used === null ? "never" : <Instant at={isoOf(token.last_used)} />}
              </td>
              <td className="text-2">
                <Instant at={isoOf(token.created_at)} />
              </td>
              <td className="text-2">
                {token.expires_at === null ? (
                  "never"
                ) : (
                  <Instant at={isoOf(token.expires_at)} as="short" />
                )}
              </td>
              <td className="number">
                <Button
                  acts
                  size="small"
                  disabledReason={refusal}
                  title={`Revoke ${token.name}`}
                  onClick={() => onRevoke(String(token.id))}
                >
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function renderGrants(grants: readonly DbtGrant[], projects: readonly DbtProject[]): string {
  if (grants.length === 0) return "none";
  return grants
    .map(({ permission_set: set, project_id: id }) => {
      const project = projects.find((candidate) => candidate.id === id)?.name ?? `project ${id}`;
      return renderPermissionSet(set) + (id === null ? "" : ` in ${project}`);
    })
    .join(", ");
}
