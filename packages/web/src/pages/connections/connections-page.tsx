import type { Connection, UiConnectionType } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { connectionsQuery, connectionTypesQuery } from "../../api/queries.ts";
import { ForRole } from "../../app/for-role.tsx";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { renderShown } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { ConnectionForm } from "./connection-form.tsx";
import { connectionTypeOf } from "./general-types.ts";

/** Connections: the list, the form, and what a test saw. */
export function ConnectionsPage() {
  return (
    <ForRole
      least="editor"
      title="Connections"
      hint="They hold the addresses and logins that Dags use; a Dag names them by their IDs."
    >
      <AllConnections />
    </ForRole>
  );
}

function AllConnections() {
  const search = useSearch({ from: "/shell/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const api = useApi();
  const refusal = useRefusal("admin");
  const query = useQuery(connectionsQuery(api));
  const types = useQuery(connectionTypesQuery(api));
  return (
    <>
      <PageHead
        title="Connections"
        after={
          <span className="text-3">
            {query.data && renderShown(query.data.connections.length, query.data.total_entries)}
          </span>
        }
        actions={
          <Button
            acts
            icon="plus"
            disabledReason={refusal}
            onClick={() => void navigate({ search: { isNew: true } })}
          >
            New connection
          </Button>
        }
      />
      <QueryView query={query}>
        {({ connections }) => (
          <div className="connection-columns fill">
            <ConnectionList
              connections={connections}
              types={types.data?.connection_types ?? []}
              chosen={search.id}
              q={search.q ?? ""}
            />
            <QueryView query={types}>
              {({ connection_types }) => {
                const chosen = connections.find((entry) => entry.connection_id === search.id);
                if (chosen === undefined && search.isNew !== true) {
                  return <NothingChosen isEmpty={connections.length === 0} id={search.id} />;
                }
                return (
                  <ConnectionForm
                    key={chosen?.connection_id ?? ""}
                    stored={chosen}
                    types={connection_types}
                    onDone={(id) =>
                      void navigate({ search: id === undefined ? {} : { id }, replace: true })
                    }
                  />
                );
              }}
            </QueryView>
          </div>
        )}
      </QueryView>
    </>
  );
}

function NothingChosen({
  isEmpty,
  id,
}: {
  readonly isEmpty: boolean;
  readonly id: string | undefined;
}) {
  return isEmpty ? (
    <Empty
      title="No connections yet"
      command="airloom connections add warehouse --conn-type postgres --host localhost"
    >
      <p>A Dag names a connection; its secrets stay here, encrypted.</p>
    </Empty>
  ) : (
    <Empty title={id === undefined ? "Choose a connection" : `There is no connection "${id}"`} />
  );
}

function ConnectionList({
  connections,
  types,
  chosen,
  q,
}: {
  readonly connections: readonly Connection[];
  readonly types: readonly UiConnectionType[];
  readonly chosen: string | undefined;
  readonly q: string;
}) {
  const navigate = useNavigate({ from: "/connections" });
  const shown = connections.filter(
    ({ connection_id, conn_type }) => connection_id.includes(q) || conn_type.includes(q),
  );
  return (
    <div className="panel connection-list">
      <SearchField
        label="Filter by ID or type"
        value={q}
        onChange={(typed) =>
          void navigate({ search: (old) => ({ ...old, q: typed }), replace: true })
        }
      />
      <ul>
        {shown.map((connection) => (
          <li key={connection.connection_id} data-row>
            <Link
              to="/connections"
              search={{ id: connection.connection_id }}
              className="connection-entry"
              data-chosen={connection.connection_id === chosen}
            >
              <span className="strong ellipsis">{connection.connection_id}</span>
              <span className="text-2 small ellipsis">
                {connectionTypeOf(types, connection.conn_type).label}
                {connection.dags !== null && ", for some Dags"}
                {connection.origin === "environment" && ", from the environment"}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
