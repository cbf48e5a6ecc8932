import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery, sessionQuery } from "../pages/dbt/dbt-queries.ts";
import { Icon } from "../ui/icon.tsx";
import { Brand } from "./brand.tsx";
import { onThisHost } from "./on-this-host.ts";
import { UserLine } from "./user-line.tsx";

const WORK = [
  { to: "/accounts/$accountId/jobs", label: "Jobs", icon: "job" },
  { to: "/accounts/$accountId/runs", label: "Job runs", icon: "runs" },
] as const;

const SETTINGS = [
  { to: "/accounts/$accountId/service-tokens", label: "Service tokens", icon: "key" },
] as const;

type Place = (typeof WORK | typeof SETTINGS)[number];

/** Navigation of the job service: the places of the first account. */
export function ServiceSidebar() {
  const { data: session } = useQuery(sessionQuery());
  return (
    <nav className="sidebar" aria-label="Main">
      <Brand />
      <div className="nav-section">dbt</div>
      <Places places={WORK} className="nav-link" />
      <div className="nav-section">Account settings</div>
      <Places places={SETTINGS} className="nav-link" />
      <div className="sidebar-foot">
        <PlatformLink className="nav-link" />
        <UserLine username={session?.username} version={session?.version ?? null} />
      </div>
    </nav>
  );
}

/** The same at the bottom of a phone. */
export function ServiceTabbar() {
  return (
    <nav className="tabbar" aria-label="Main, phone">
      <Places places={WORK} className="" />
      <Places places={SETTINGS} className="" />
      <PlatformLink className="" />
    </nav>
  );
}

function Places({
  places,
  className,
}: {
  readonly places: readonly Place[];
  readonly className: string;
}) {
  const { data: accounts } = useQuery(accountsQuery());
  const account = accounts?.[0];
  if (account === undefined) return null;
  return places.map(({ to, label, icon }) => (
    <Link
      key={to}
      to={to}
      params={{ accountId: String(account.id) }}
      className={className}
      title={label}
      activeOptions={{ includeSearch: false }}
    >
      <Icon name={icon} />
      <span className="nav-label">{label}</span>
    </Link>
  ));
}

function PlatformLink({ className }: { readonly className: string }) {
  const { data: session } = useQuery(sessionQuery());
  const url = session?.platform_url ?? null;
  if (url === null) return null;
  return (
    <a className={className} href={onThisHost(url)} title="Airloom UI">
      <Icon name="home" />
      <span className="nav-label">Airloom UI</span>
    </a>
  );
}
