import type { Grant, User } from "@airloom/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { userGrantsQuery, userSessionsQuery } from "../../api/queries.ts";
import { useApi, useServices } from "../../app/services.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Choice, SelectField, TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { SessionList } from "../account/session-list.tsx";
import { GrantDialog } from "./grant-dialog.tsx";
import { GrantList } from "./grant-list.tsx";
import { findPasswordFault, ROLES, type RoleName, roleOf } from "./roles.ts";

/** What of a user stands in the form, saved or not. */
interface Draft {
  readonly role: RoleName;
  readonly isActive: boolean;
  readonly password: string;
}

type Step =
  | { readonly kind: "form" | "signOut" }
  | { readonly kind: "grant"; readonly grant: Grant | undefined };

/** Changes a user: role, password, grants, whether it may sign in; and ends what it is signed in with. */
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
          <GrantList
            grants={grants.data?.grants ?? []}
            isAdmin={draft.role === "admin"}
            disabledReason={
              grants.data === undefined ? (grants.error?.message ?? "Reading them") : undefined
            }
            onOpen={(grant) => setStep({ kind: "grant", grant })}
          />
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
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ["users"] }),
      queryClient.invalidateQueries({ queryKey: ["sessions"] }),
    ]);
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
      await refresh();
    },
  });
  const end = useMutation({
    mutationFn: (id: string) => api.endUserSession({ username, session_id: id }),
    onSuccess: refresh,
  });
  const isChanged = role !== user.role || isActive !== user.is_active || password !== "";
  const fault = isChanged
    ? password === ""
      ? undefined
      : findPasswordFault(password)
    : "Nothing is changed yet";
  const refusal = save.isPending ? "Saving" : fault;
  const held = sessions.data?.sessions ?? [];
  return (
    <FormDialog
      title={`User ${username}`}
      isNarrow
      before={
        <Button
          tone="danger"
          disabledReason={held.length === 0 ? "Signed in nowhere" : undefined}
          onClick={onSignOut}
        >
          Sign out everywhere
        </Button>
      }
      action="Save"
      problem={(save.error ?? end.error)?.message}
      disabledReason={refusal}
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
      <SessionList sessions={held} isPending={end.isPending} onEnd={(id) => end.mutate(id)} />
    </FormDialog>
  );
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
      toasts.show(`Ended ${ended} ${ended === 1 ? "session or token" : "sessions and tokens"}`);
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["users"] });
      await queryClient.invalidateQueries({ queryKey: ["sessions"] });
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
