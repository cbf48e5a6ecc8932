import { Link, useParams, useRouterState } from "@tanstack/react-router";
import { renderShort, renderZone } from "../format/time.ts";
import { IconButton } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { crumbsOf } from "./crumbs.ts";
import { THEMES, type Theme } from "./preferences.ts";
import { RunName } from "./run-name.tsx";
import { useConfig, useNow, usePreferences, useServices } from "./services.ts";
import { LOCAL_ZONE } from "./time.tsx";

const THEME_ICONS = {
  system: "system",
  light: "sun",
  dark: "moon",
} as const satisfies Record<Theme, IconName>;

/** Where one is, search, clock and theme. */
export function Topbar() {
  const isPlatform = useConfig() !== undefined;
  return (
    <header className="topbar">
      <Crumbs />
      {isPlatform && <Find />}
      <Clock />
      <ThemeButton />
    </header>
  );
}

function Find() {
  const { overlay } = useServices();
  return (
    <button type="button" className="find" onClick={() => overlay.set("palette")}>
      <Icon name="search" />
      <span className="grow">Search or jump to</span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
  );
}

function Crumbs() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const crumbs = crumbsOf(path);
  const { dagId, runId } = useParams({ strict: false });
  const nameOf = (label: string): React.ReactNode =>
    dagId !== undefined && label === runId ? <RunName dagId={dagId} runId={runId} /> : label;
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      <ol>
        {crumbs.map(({ to, label }, index) => (
          <li key={to} className={index === crumbs.length - 1 ? "grow" : undefined}>
            {index === crumbs.length - 1 ? (
              <span aria-current="page">{nameOf(label)}</span>
            ) : (
              <Link to={to}>{nameOf(label)}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Clock() {
  const now = useNow();
  const at = now.toISOString();
  return (
    <span className="chip wide-only" title={`UTC and ${LOCAL_ZONE}`}>
      <Icon name="clock" />
      {renderShort(at, now)} UTC
      {LOCAL_ZONE !== "UTC" && (
        <span className="text-3">
          {renderShort(at, now, LOCAL_ZONE)} {renderZone(LOCAL_ZONE)}
        </span>
      )}
    </span>
  );
}

function ThemeButton() {
  const [{ theme }, change] = usePreferences();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  return (
    <span className="wide-only">
      <IconButton
        icon={THEME_ICONS[theme]}
        label={`Theme: ${theme}. Change to ${next}`}
        onClick={() => change({ theme: next })}
      />
    </span>
  );
}
