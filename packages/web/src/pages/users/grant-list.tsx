import type { Grant } from "@airloom/api";
import { Button } from "../../ui/button.tsx";

/** What a user may do with some Dags; each opens, and more can be granted. */
export function GrantList({
  grants,
  isAdmin,
  onOpen,
}: {
  readonly grants: readonly Grant[];
  readonly isAdmin: boolean;
  readonly onOpen: (grant: Grant | undefined) => void;
}) {
  return (
    <section aria-label="Dag grants">
      <div className="row">
        <h3 className="grow">Dag grants</h3>
        <Button size="small" icon="plus" acts onClick={() => onOpen(undefined)}>
          New grant
        </Button>
      </div>
      <p className="text-2 small">{noteOn(grants, isAdmin)}</p>
      {grants.length > 0 && (
        <ul className="session-list" aria-label="Dag grants">
          {grants.map((grant) => (
            <li key={grant.dags} className="row">
              <button
                type="button"
                className="cell-button strong mono grow"
                onClick={() => onOpen(grant)}
              >
                {grant.dags}
              </button>
              <span className="text-2 small">
                {grant.role === "none" ? "none: hidden" : grant.role}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function noteOn(grants: readonly Grant[], isAdmin: boolean): string {
  if (isAdmin) return "Grants never hold an admin back: they count once the role changes.";
  return grants.length === 0
    ? "None: the role holds for every Dag."
    : "In place of the role. The most exact one counts: an ID, then a pattern, then a tag.";
}
