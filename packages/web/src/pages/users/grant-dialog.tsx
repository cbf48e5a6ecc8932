import type { Grant, User } from "@airloom/api";
import { useState } from "react";
import { EntryDialog } from "../../app/entry-dialog.tsx";
import { useApi } from "../../app/services.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { GRANT_ROLES, grantRoleOf } from "./roles.ts";

/** Makes, changes or deletes what a user may do with some Dags. */
export function GrantDialog({
  user: { username, role: everywhere },
  grant,
  others,
  onClose,
}: {
  readonly user: User;
  readonly grant: Grant | undefined;
  /** What the user has been granted already. */
  readonly others: readonly Grant[];
  readonly onClose: () => void;
}) {
  const api = useApi();
  const [text, setText] = useState(grant?.dags ?? "");
  const [role, setRole] = useState<Grant["role"]>(grant?.role ?? "viewer");
  // As it was granted it is kept, changed and deleted; only what is typed loses its spaces.
  const dags = grant?.dags ?? text.trim();
  // Saving it would change the other one, unseen.
  const isTaken = grant === undefined && others.some((other) => other.dags === dags);
  const taken = isTaken
    ? `${username} has a grant for ${dags} already: change that one`
    : undefined;
  const missing = dags === "" ? "A grant names Dags" : undefined;
  const unchanged = role === grant?.role ? "Nothing is changed yet" : undefined;
  return (
    <EntryDialog
      noun="grant"
      name={dags}
      hint={`What ${username} may do with some Dags, in place of the role.`}
      isNew={grant === undefined}
      queryKey="grants"
      problem={missing ?? (isTaken ? "These Dags have a grant already" : unchanged)}
      keptBecause={undefined}
      afterDelete={`What else fits these Dags holds for ${username} at once: another grant, or the role ${everywhere}.`}
      save={() => api.saveUserGrant({ username, body: { dags, role } })}
      remove={() => api.deleteUserGrant({ username, dags })}
      onClose={onClose}
    >
      {(refused, forget) => (
        <>
          <TextField
            label="Dags"
            isMono
            value={text}
            isReadOnly={grant !== undefined}
            onChange={(typed) => {
              forget();
              setText(typed);
            }}
            problem={taken ?? refused["dags"]}
            hint="An ID, a pattern such as sales_*, or a tag such as tag:finance."
          />
          <SelectField
            label="Role"
            value={role}
            options={GRANT_ROLES}
            onChange={(value) => {
              forget();
              setRole(grantRoleOf(value));
            }}
            problem={refused["role"]}
          />
        </>
      )}
    </EntryDialog>
  );
}
