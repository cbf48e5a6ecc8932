import { useNavigate } from "@tanstack/react-router";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { useApi, useConfig } from "./services.ts";
import { startAfresh } from "./start-afresh.ts";

/** Who is signed in, the way out, and which version this is. */
export function UserLine({
  username,
  version,
}: {
  readonly username: string | undefined;
  readonly version: string | null;
}) {
  const api = useApi();
  const navigate = useNavigate();
  const isService = useConfig() === undefined;
  const signOut = async (): Promise<void> => {
    await api.logout();
    startAfresh("/sign-in", isService);
  };
  return (
    <div className="row">
      <Menu label={username ?? "not signed in"} icon="user" isQuiet>
        {!isService && (
          <MenuItem onClick={() => void navigate({ to: "/account" })}>Your account</MenuItem>
        )}
        <MenuItem onClick={() => void signOut()}>Sign out</MenuItem>
      </Menu>
      {version !== null && <span className="nav-label text-3 small grow">v{version}</span>}
    </div>
  );
}
