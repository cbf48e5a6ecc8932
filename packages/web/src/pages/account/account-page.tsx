import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { mySessionsQuery } from "../../api/queries.ts";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { useConfig, useServices } from "../../app/services.ts";
import { Button } from "../../ui/button.tsx";
import { NewApiTokenDialog } from "./new-api-token-dialog.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { SessionList } from "./session-list.tsx";

/** What everybody may do about the own account: password, sessions, API tokens. */
export function AccountPage() {
  const { api, queryClient } = useServices();
  const user = useConfig()?.user;
  const search = useSearch({ from: "/shell/account" });
  const navigate = useNavigate({ from: "/account" });
  const query = useQuery(mySessionsQuery(api));
  const end = useMutation({
    mutationFn: (id: string) => api.endMySession({ session_id: id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const close = (): void =>
    void navigate({ search: (old) => without(old, "id", "isNew"), replace: true });
  return (
    <>
      <PageHead
        title="Your account"
        after={
          <span className="text-3">
            {user?.username}, {user?.role}
          </span>
        }
        actions={
          <>
            <Button acts icon="key" onClick={() => void navigate({ search: { id: "password" } })}>
              Change password
            </Button>
            <Button acts icon="plus" onClick={() => void navigate({ search: { isNew: true } })}>
              New token
            </Button>
          </>
        }
      />
      <p className="text-2">
        Where you are signed in, and the tokens with which your scripts act as you.
      </p>
      <QueryView query={query}>
        {(list) => (
          <div className="panel">
            <SessionList list={list} isPending={end.isPending} onEnd={(id) => end.mutate(id)} />
          </div>
        )}
      </QueryView>
      <span className="problem small" role="alert">
        {end.error?.message}
      </span>
      {search.isNew === true && <NewApiTokenDialog onClose={close} />}
      {search.id === "password" && <PasswordDialog onClose={close} />}
    </>
  );
}
