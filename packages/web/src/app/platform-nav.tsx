import type { UiConfig, UiHome } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { homeQuery } from "../api/queries.ts";
import { StateIcon } from "../states/state-icon.tsx";
import { TASK_LOOKS } from "../states/task-state.ts";
import { Icon } from "../ui/icon.tsx";
import { MenuItem } from "../ui/menu.tsx";
import { Brand } from "./brand.tsx";
import { ADMIN, type Place, WORK } from "./nav.ts";
import { useApi, useConnection } from "./services.ts";
import { useRefusal } from "./use-refusal.ts";
import { UserLine } from "./user-line.tsx";

/** Navigation of the platform; counts only for what fails or runs. */
export function PlatformSidebar({ config }: { readonly config: UiConfig }) {
  const { data: home } = useQuery(homeQuery(useApi()));
  return (
    <nav className="sidebar" aria-label="Main">
      <Brand />
      {WORK.map((place) => (
        <NavLink key={place.to} place={place} count={<Count place={place} home={home} />} />
      ))}
      {config.dbt_service_url !== null && (
        <>
          <div className="nav-section">dbt</div>
          <a className="nav-link" href={config.dbt_service_url} title="Jobs">
            <Icon name="job" />
            <span className="nav-label">Jobs</span>
            <span className="nav-count">
              <Icon name="external" />
            </span>
          </a>
        </>
      )}
      <div className="nav-section">Admin</div>
      {ADMIN.map((place) => (
        <NavLink key={place.to} place={place} />
      ))}
      <div className="sidebar-foot">
        <HealthLine home={home} />
        <UserLine username={config.user?.username} version={config.version} />
      </div>
    </nav>
  );
}

function NavLink({ place, count }: { readonly place: Place; readonly count?: React.ReactNode }) {
  const refusal = useRefusal(place.role ?? "viewer");
  return (
    <Link
      to={place.to}
      className="nav-link"
      title={refusal === undefined ? place.label : `${place.label}: ${refusal}`}
      data-refused={refusal !== undefined || undefined}
      activeOptions={{ exact: place.to === "/", includeSearch: false }}
    >
      <Icon name={place.icon} />
      <span className="nav-label">
        {place.label}
        {refusal !== undefined && <span className="visually-hidden">. {refusal}</span>}
      </span>
      {count}
    </Link>
  );
}

function Count({ place, home }: { readonly place: Place; readonly home: UiHome | undefined }) {
  if (home === undefined) return null;
  const [count, look] =
    place.to === "/dags"
      ? [home.totals.failing_dags, TASK_LOOKS.failed]
      : [place.to === "/runs" ? home.totals.running : 0, TASK_LOOKS.running];
  if (count === 0) return null;
  return (
    <span className="nav-count">
      <StateIcon look={look} size={12} />
      {count}
    </span>
  );
}

/** What is wrong with the components in a few words; `undefined` when nothing is. */
export function describeHealth(home: UiHome): string | undefined {
  const sick = home.components.filter(({ status }) => status === "unhealthy");
  if (sick.length === 0) return undefined;
  return `${sick.map(({ name }) => name.replaceAll("_", " ")).join(", ")} down`;
}

function HealthLine({ home }: { readonly home: UiHome | undefined }) {
  const isLost = useConnection().kind === "lost";
  if (home === undefined && !isLost) return null;
  const problem = isLost ? "Server does not answer" : home && describeHealth(home);
  return (
    <div className="nav-link" title={problem ?? "All components up"}>
      <StateIcon
        look={problem === undefined ? TASK_LOOKS.success : TASK_LOOKS.failed}
        isDecoration
      />
      <span className="nav-label ellipsis">{problem ?? "All components up"}</span>
    </div>
  );
}

/** Navigation at the bottom of a phone. */
export function PlatformTabbar({ config }: { readonly config: UiConfig }) {
  const navigate = useNavigate();
  return (
    <nav className="tabbar" aria-label="Main, phone">
      {WORK.map(({ to, label, icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
          <Icon name={icon} />
          {label}
        </Link>
      ))}
      {config.dbt_service_url !== null && (
        <a href={config.dbt_service_url}>
          <Icon name="job" />
          dbt
        </a>
      )}
      <button type="button" popoverTarget="more-places">
        <Icon name="more" />
        More
      </button>
      <div id="more-places" popover="auto" className="menu at-bottom">
        {ADMIN.map(({ to, label, icon }) => (
          <MenuItem key={to} icon={icon} onClick={() => void navigate({ to })}>
            {label}
          </MenuItem>
        ))}
      </div>
    </nav>
  );
}
