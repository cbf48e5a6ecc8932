import { ApiError } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { Command } from "../ui/command.tsx";
import { TextField } from "../ui/field.tsx";
import { Brand } from "./brand.tsx";
import { TabTitle } from "./page-head.tsx";
import { safePath } from "./safe-path.ts";
import { useApi, useConfig } from "./services.ts";
import { startAfresh } from "./start-afresh.ts";

/** Names the project and its environment, so that nobody signs in to the wrong one. */
export function SignInPage() {
  const config = useConfig();
  return (
    <main className="sign-in">
      <TabTitle title="Sign in" />
      <Brand />
      <h1>Sign in to Airloom</h1>
      <p className="text-2">
        {config === undefined ? "dbt job service" : `${config.project}, ${config.environment}`}
      </p>
      <EndedNote />
      <SignInForm />
      {config !== undefined && config.default_credentials_hint !== null && (
        <div className="sign-in-hint text-2 small">
          <p>
            This is a local project, so the login is{" "}
            <span className="mono">{config.default_credentials_hint}</span> until you set another:
          </p>
          <Command text="airloom users set-password admin" />
        </div>
      )}
      {config !== undefined && <p className="text-3 small">v{config.version}</p>}
    </main>
  );
}

function EndedNote() {
  const { ended } = useSearch({ from: "/sign-in" });
  if (ended !== true) return null;
  return (
    <p className="note" role="alert">
      Your session has ended. Sign in again to go on where you were.
    </p>
  );
}

function SignInForm() {
  const api = useApi();
  const isService = useConfig() === undefined;
  const { next } = useSearch({ from: "/sign-in" });
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const signIn = useMutation({
    mutationFn: () => api.login({ body: { username, password } }),
    onSuccess: () => startAfresh(safePath(next, location.origin), isService),
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <TextField
        label="Username"
        value={username}
        onChange={setUsername}
        autoComplete="username"
        isAutoFocused
      />
      <div className="with-button">
        <TextField
          label="Password"
          type={isShown ? "text" : "password"}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          problem={signIn.error === null ? undefined : describeRefusal(signIn.error)}
        />
        <IconButton
          isSmall
          icon="eye"
          label={isShown ? "Hide password" : "Show password"}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        />
      </div>
      <Button
        type="submit"
        tone="primary"
        disabledReason={signIn.isPending ? "Signing in" : undefined}
      >
        Sign in
      </Button>
    </form>
  );
}

function describeRefusal(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return "Username or password is wrong";
  return error.message;
}
