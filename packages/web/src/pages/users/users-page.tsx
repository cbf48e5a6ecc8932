import type { User } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { usersQuery } from "../../api/queries.ts";
import { ForRole } from "../../app/for-role.tsx";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { renderShown } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { NewUserDialog } from "./new-user-dialog.tsx";
import { UserDialog } from "./user-dialog.tsx";

/** Who may sign in, and what each of them may do. */
export function UsersPage() {
  return (
    <ForRole
      least="admin"
      title="Users"
      hint="Your own sessions and tokens are under your name, at the foot of the menu."
    >
      <Users />
    </ForRole>
  );
}

function Users() {
  const search = useSearch({ from: "/shell/users" });
  const navigate = useNavigate({ from: "/users" });
  const query = useQuery(usersQuery(useApi()));
  const edited = query.data?.users.find(({ username }) => username === search.id);
  const close = (): void =>
    void navigate({ search: (old) => without(old, "id", "isNew"), replace: true });
  return (
    <>
      <PageHead
        title="Users"
        after={
          <span className="text-3">
            {query.data && renderShown(query.data.users.length, query.data.total_entries)}
          </span>
        }
        actions={
          <Button
            acts
            icon="plus"
            onClick={() => void navigate({ search: (old) => ({ ...old, isNew: true }) })}
          >
            New user
          </Button>
        }
      />
      <div className="filters">
        <SearchField
          label="Filter by name"
          value={search.q ?? ""}
          onChange={(q) => void navigate({ search: (old) => ({ ...old, q }), replace: true })}
        />
      </div>
      <QueryView query={query}>
        {({ users }) => (
          <UserTable
            users={users.filter(({ username }) =>
              username.toLowerCase().includes((search.q ?? "").toLowerCase()),
            )}
            onOpen={(id) => void navigate({ search: (old) => ({ ...old, id }) })}
          />
        )}
      </QueryView>
      {edited !== undefined && <UserDialog key={edited.username} user={edited} onClose={close} />}
      {search.isNew === true && <NewUserDialog onClose={close} />}
    </>
  );
}

function UserTable({
  users,
  onOpen,
}: {
  readonly users: readonly User[];
  readonly onOpen: (username: string) => void;
}) {
  if (users.length === 0) return <Empty title="No user of that name" />;
  return (
    <div className="panel scroll">
      <table className="table">
        <thead>
          <tr>
            <th>User</th>
            <th>Role</th>
            <th>State</th>
            <th>Last sign-in</th>
            <th className="number">Sessions</th>
            <th className="number">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.username} data-row>
              <td>
                <button
                  type="button"
                  data-opens
                  className="cell-button strong"
                  onClick={() => onOpen(user.username)}
                >
                  {user.username}
                </button>
              </td>
              <td>{user.role}</td>
              <td className={user.is_active ? undefined : "text-2"}>
                {user.is_active ? "active" : "deactivated"}
              </td>
              <td className="text-2">
                {user.last_sign_in_at === null ? "never" : <Instant at={user.last_sign_in_at} />}
              </td>
              <td className="number">{user.session_count}</td>
              <td className="number">{user.token_count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
