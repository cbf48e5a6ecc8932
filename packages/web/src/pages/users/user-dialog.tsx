import type { Grant, Role, User } from "@airloom/api";
import { type QueryClient, useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { userGrantsQuery, userSessionsQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi, useServices } from "../../app/services.ts";
import { renderPlural } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Choice, SelectField, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { SessionList } from "../account/session-list.tsx";
import { GrantDialog } from "./grant-dialog.tsx";
import { GrantList } from "./grant-list.tsx";
import { findPasswordFault, ROLES, roleOf } from "./roles.ts";

/** What the form says of a user, saved or not. */
interface Draft {
  readonly role: Role;
  readonly isActive: boolean;
  readonly password: string;
}

type Step =
  | { readonly kind: "form" | "signOut" }
  | { readonly kind: "grant"; readonly grant: Grant | undefined };

/** Changes a user: role, password, grants, whether it may sign in; and ends sessions and tokens. */
export function UserDialog({
  user,
  onClose,
}: {
  readonly user: User;
  readonly onClose: () => void;
}) {
  const [step, setStep] = useState<Step>({ kind: "form" });
  // Here, so that it outlives the questions in between.
  const [draft, setDraft] = useState<Draft>({
    role: user.role,
    isActive: user.is_active,
    password: "",
  });
  const grants = useQuery(userGrantsQuery(useApi(), user.username));
  const back = (): void => setStep({ kind: "form" });
  switch (step.kind) {
    case "signOut":
      return <SignOutDialog user={user} onClose={back} />;
    case "grant":
      return (
        <GrantDialog
          user={user}
          grant={step.grant}
          others={grants.data?.grants ?? []}
          onClose={back}
        />
      );
    default:
      return (
        <UserForm
          user={user}
          draft={draft}
          onDraft={setDraft}
          onClose={onClose}
          onSignOut={() => setStep({ kind: "signOut" })}
        >
          <QueryView query={grants} rows={2}>
            {(held) => (
              <GrantList
                grants={held.grants}
                isAdmin={draft.role === "admin"}
                onOpen={(grant) => setStep({ kind: "grant", grant })}
              />
            )}
          </QueryView>
        </UserForm>
      );
  }
}

function UserForm({
  user,
  draft,
  onDraft,
  onClose,
  onSignOut,
  children,
}: {
  readonly user: User;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly onClose: () => void;
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}) {
  const { username } = user;
  const { role, isActive, password } = draft;
  const { api, queryClient, toasts } = useServices();
  const sessions = useQuery(userSessionsQuery(api, username));
  const save = useMutation({
    mutationFn: () =>
      api.patchUser({
        username,
        // Only what was changed: another admin may have changed the rest meanwhile.
        body: {
          ...(role === user.role ? {} : { role }),
          ...(isActive === user.is_active ? {} : { is_active: isActive }),
          ...(password === "" ? {} : { password }),
        },
      }),
    onSuccess: async () => {
      toasts.show(`Saved user ${username}`);
      onClose();
      await readAgain(queryClient);
    },
  });
  const end = useMutation({
    mutationFn: (id: string) => api.endUserSession({ username, session_id: id }),
    onSuccess: () => readAgain(queryClient),
  });
  return (
    <FormDialog
      title={`User ${username}`}
      isNarrow
      before={
        <Button
          tone="danger"
          disabledReason={sessions.data?.total_entries === 0 ? "Signed in nowhere" : undefined}
          onClick={onSignOut}
        >
          Sign out everywhere
        </Button>
      }
      action="Save"
      problem={(save.error ?? end.error)?.message}
      disabledReason={save.isPending ? "Saving" : findFault(user, draft)}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <SelectField
        label="Role"
        value={role}
        options={ROLES}
        onChange={(text) => onDraft({ ...draft, role: roleOf(text) })}
      />
      <TextField
        label="New password"
        isOptional
        type="password"
        autoComplete="new-password"
        hint="Ends every session and token of the user. Leave empty to keep it."
        value={password}
        onChange={(text) => onDraft({ ...draft, password: text })}
      />
      <Choice
        label="Active"
        hint="may sign in; taken away, every session and token ends at once"
        isChosen={isActive}
        onChange={(isChosen) => onDraft({ ...draft, isActive: isChosen })}
      />
      {children}
      <QueryView query={sessions} rows={2}>
        {(list) => (
          <SessionList list={list} isPending={end.isPending} onEnd={(id) => end.mutate(id)} />
        )}
      </QueryView>
    </FormDialog>
  );
}

/** Why there is nothing to save; `undefined` when there is. */
function findFault(user: User, { role, isActive, password }: Draft): string | undefined {
  if (password !== "") return findPasswordFault(password);
  const isChanged = role !== user.role || isActive !== user.is_active;
  return isChanged ? undefined : "Nothing is changed yet";
}

/** What a user holds is listed in one place and counted in another. */
async function readAgain(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["users"] }),
    queryClient.invalidateQueries({ queryKey: ["sessions"] }),
  ]);
}

function SignOutDialog({
  user: { username },
  onClose,
}: {
  readonly user: User;
  readonly onClose: () => void;
}) {
  const { api, queryClient, toasts } = useServices();
  const signOut = useMutation({
    mutationFn: () => api.signOutUser({ username }),
    onSuccess: async ({ ended }) => {
      toasts.show(`Ended ${renderPlural(ended, "session or token", "sessions and tokens")}`);
      onClose();
      await readAgain(queryClient);
    },
  });
  return (
    <ConfirmDialog
      title={`Sign ${username} out everywhere?`}
      action="Sign out everywhere"
      isPending={signOut.isPending}
      problem={signOut.error?.message}
      onConfirm={() => signOut.mutate()}
      onClose={onClose}
    >
      <p>Every session and API token of {username} ends at once. Scripts that use one fail.</p>
    </ConfirmDialog>
  );
}
