import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TokenOnce } from "../../app/token-once.tsx";
import { useNewToken } from "../../app/use-new-token.ts";
import { Choice, SelectField, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { askDbt } from "./dbt-client.ts";
import { projectsQuery } from "./dbt-queries.ts";
import type { DbtNewToken } from "./dbt-wire.ts";
import { PERMISSION_SETS, renderPermissionSet } from "./permission-sets.ts";

const DAY_MS = 86_400_000;
const LIVES = [
  { value: "", label: "Never" },
  { value: "30", label: "After 30 days" },
  { value: "90", label: "After 90 days" },
  { value: "365", label: "After a year" },
] as const;

interface Draft {
  readonly name: string;
  readonly sets: ReadonlySet<string>;
  /** Empty: all projects. */
  readonly projectId: string;
  /** Empty: for ever. */
  readonly days: string;
}

/** Makes a service token and shows its text, this once. */
export function NewTokenDialog({
  accountId,
  onClose,
}: {
  readonly accountId: string;
  readonly onClose: () => void;
}) {
  const create = useNewToken(
    (draft: Draft) =>
      askDbt<DbtNewToken>(`/api/v3/accounts/${accountId}/service-tokens/`, {
        body: bodyOf(draft, new Date()),
      }),
    { queryKey: ["dbt", "tokens"] },
  );
  return create.data === undefined ? (
    <TokenForm
      accountId={accountId}
      isPending={create.isPending}
      problem={create.error?.message}
      onSave={create.mutate}
      onClose={onClose}
    />
  ) : (
    <TokenOnce
      title={`Token ${create.data.name}`}
      token={create.data.token_string}
      onClose={onClose}
    >
      Programs send it as <span className="mono">Authorization: Token …</span>; in an Airflow or
      Airloom connection it is the API token.
    </TokenOnce>
  );
}

function bodyOf({ name, sets, projectId, days }: Draft, now: Date): object {
  const expiresAt = new Date(now.getTime() + Number(days) * DAY_MS);
  return {
    name,
    permission_grants: PERMISSION_SETS.filter(({ set }) => sets.has(set)).map(({ set }) => ({
      permission_set: set,
      project_id: projectId === "" ? null : Number(projectId),
    })),
    expires_at: days === "" ? null : expiresAt.toISOString(),
  };
}

function TokenForm({
  accountId,
  isPending,
  problem,
  onSave,
  onClose,
}: {
  readonly accountId: string;
  readonly isPending: boolean;
  readonly problem: string | undefined;
  readonly onSave: (draft: Draft) => void;
  readonly onClose: () => void;
}) {
  const projects = useQuery(projectsQuery(accountId)).data?.items ?? [];
  const [draft, setDraft] = useState<Draft>({
    name: "",
    sets: new Set(["job_admin"]),
    projectId: "",
    days: "",
  });
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      title="New service token"
      action="Create token"
      problem={problem}
      disabledReason={isPending ? "Creating the token" : findFault(draft)}
      onClose={onClose}
      onSubmit={() => onSave(draft)}
    >
      <TextField
        label="Name"
        hint="Says where it is used, such as airflow-production."
        value={draft.name}
        onChange={(name) => change({ name })}
      />
      <fieldset className="permission-choices stack">
        <legend>Permissions</legend>
        {PERMISSION_SETS.map(({ set, hint }) => (
          <Choice
            key={set}
            label={renderPermissionSet(set)}
            hint={hint}
            isChosen={draft.sets.has(set)}
            onChange={(isChosen) => change({ sets: toggle(draft.sets, set, isChosen) })}
          />
        ))}
      </fieldset>
      <SelectField
        label="Projects"
        value={draft.projectId}
        options={[
          { value: "", label: "All projects" },
          ...projects.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(projectId) => change({ projectId })}
      />
      <SelectField
        label="Expires"
        value={draft.days}
        options={LIVES}
        onChange={(days) => change({ days })}
      />
    </FormDialog>
  );
}

function findFault({ name, sets }: Draft): string | undefined {
  if (name.trim() === "") return "A token needs a name";
  return sets.size === 0 ? "A token without permissions can do nothing" : undefined;
}

function toggle(sets: ReadonlySet<string>, set: string, isChosen: boolean): ReadonlySet<string> {
  return new Set(isChosen ? [...sets, set] : [...sets].filter((other) => other !== set));
}
