import type { Session } from "@airloom/api";
import { Instant } from "../../app/time.tsx";
import { renderPlural } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";

/** What a user is signed in with: browsers, scripts, API tokens, each with its end. */
export function SessionList({
  list: { sessions, total_entries: total },
  isPending,
  onEnd,
}: {
  readonly list: { readonly sessions: readonly Session[]; readonly total_entries: number };
  readonly isPending: boolean;
  readonly onEnd: (id: string) => void;
}) {
  if (sessions.length === 0) return <p className="text-2 small">Signed in nowhere, no tokens.</p>;
  const rest = total - sessions.length;
  return (
    <>
      <ul className="session-list" aria-label="Sessions and tokens">
        {sessions.map((session) => (
          <li key={session.id} className="row">
            <div className="grow">
              <div className="strong">{nameOf(session)}</div>
              <div className="text-2 small">
                {session.address !== null && `from ${session.address}, `}
                {session.last_used_at === null ? (
                  "not used yet"
                ) : (
                  <>
                    used <Instant at={session.last_used_at} />
                  </>
                )}
                , ends <Instant at={session.expires_at} as="short" />
              </div>
            </div>
            <Button
              acts
              size="small"
              title={`${session.kind === "token" ? "Revoke" : "End"} ${nameOf(session)}`}
              disabledReason={refusalOf(session, isPending)}
              onClick={() => onEnd(session.id)}
            >
              {session.kind === "token" ? "Revoke" : "End"}
            </Button>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <p className="text-2 small">{renderPlural(rest, "more is", "more are")} not listed.</p>
      )}
    </>
  );
}

function nameOf({ kind, name, is_current: isCurrent }: Session): string {
  if (kind === "token") return `Token ${name ?? ""}`;
  return isCurrent ? "This session" : "Sign-in";
}

function refusalOf({ is_current: isCurrent }: Session, isPending: boolean): string | undefined {
  if (isCurrent) return "This is the session you are in: sign out instead";
  return isPending ? "Under way" : undefined;
}
