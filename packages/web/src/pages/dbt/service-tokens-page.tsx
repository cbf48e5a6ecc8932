import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { PageHead } from "../../app/page-head.tsx";
import { QueryView } from "../../app/query-view.tsx";
import { without } from "../../app/search.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { sessionQuery, tokensQuery } from "./dbt-queries.ts";
import type { DbtSession } from "./dbt-wire.ts";
import { NewTokenDialog } from "./new-token-dialog.tsx";
import { RevokeTokenDialog } from "./revoke-token-dialog.tsx";
import { TokenTable } from "./token-table.tsx";

const ROUTE = "/shell/accounts/$accountId/service-tokens";

/** Tokens with which programs use the job service: list, make, revoke. */
export function ServiceTokensPage() {
  const { accountId } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/accounts/$accountId/service-tokens" });
  const session = useQuery(sessionQuery());
  const refusal = refusalOf(session.data, "token:write");
  const close = (): void =>
    void navigate({ search: (old) => without(old, "id", "isNew"), replace: true });
  return (
    <>
      <PageHead
        title="Service tokens"
        actions={
          <Button
            acts
            icon="plus"
            disabledReason={refusal}
            onClick={() => void navigate({ search: { isNew: true } })}
          >
            New token
          </Button>
        }
      />
      <QueryView query={session}>
        {(data) =>
          refusalOf(data, "token:read") === undefined ? (
            <Tokens
              accountId={accountId}
              revokedId={search.id}
              refusal={refusal}
              onRevoke={(id) => void navigate({ search: { id } })}
              onClose={close}
            />
          ) : (
            <Empty title="Only account admins see service tokens" />
          )
        }
      </QueryView>
      {search.isNew === true && refusal === undefined && (
        <NewTokenDialog accountId={accountId} onClose={close} />
      )}
    </>
  );
}

function refusalOf(session: DbtSession | undefined, operation: string): string | undefined {
  if (session === undefined || session.operations.includes(operation)) return undefined;
  return "Only an account admin may do this";
}

function Tokens({
  accountId,
  revokedId,
  refusal,
  onRevoke,
  onClose,
}: {
  readonly accountId: string;
  readonly revokedId: string | undefined;
  readonly refusal: string | undefined;
  readonly onRevoke: (id: string) => void;
  readonly onClose: () => void;
}) {
  const query = useQuery(tokensQuery(accountId));
  const revoked = query.data?.items.find(({ id }) => String(id) === revokedId);
  return (
    <>
      <QueryView query={query}>
        {({ items }) => (
          <TokenTable accountId={accountId} tokens={items} refusal={refusal} onRevoke={onRevoke} />
        )}
      </QueryView>
      {revoked !== undefined && refusal === undefined && (
        <RevokeTokenDialog accountId={accountId} token={revoked} onClose={onClose} />
      )}
    </>
  );
}
