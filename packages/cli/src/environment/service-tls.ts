import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { Project } from "../project/project.ts";
import type { StartRequest } from "./messages.ts";

/** What the job service is served with over HTTPS. */
export interface ServiceTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** The project's own authority, which clients have to trust; null where the certificate is the user's. */
  readonly caFile: string | null;
}

/** The certificate that a start asked for; null for plain HTTP. */
export async function openServiceTls(
  project: Project,
  request: Pick<StartRequest, "tls" | "tlsCert" | "tlsKey">,
  host: string,
): Promise<ServiceTls | null> {
  if (request.tlsCert !== null && request.tlsKey !== null) {
    const cert = readFileSync(request.tlsCert, "utf8");
    const key = readFileSync(request.tlsKey, "utf8");
    return { cert, key, caFile: null };
  }
  if (!request.tls) return null;
  const { openLocalCertificate } = await import("@airloom/dbt-service");
  return openLocalCertificate({ dir: folderOf(project), hosts: ["localhost", host] });
}

/** Variables with which user code trusts the project's own authority, beside what it was told to trust before. */
export function trustServiceTls(
  project: Project,
  environment: Readonly<Record<string, string>>,
  tls: ServiceTls | null,
): Readonly<Record<string, string>> {
  if (tls?.caFile == null) return environment;
  const before = environment["NODE_EXTRA_CA_CERTS"] ?? process.env["NODE_EXTRA_CA_CERTS"];
  // As Node does, a file that is not there is passed over.
  if (before === undefined || !existsSync(before)) {
    return { ...environment, NODE_EXTRA_CA_CERTS: tls.caFile };
  }
  const file = join(folderOf(project), "trusted.pem");
  writeFileSync(file, `${readFileSync(before, "utf8")}\n${readFileSync(tls.caFile, "utf8")}`);
  return { ...environment, NODE_EXTRA_CA_CERTS: file };
}

/** Has user code that runs as another user read the authorities that it is to trust. Keys beside them stay closed. */
export function openServiceCa(
  project: Project,
  environment: Readonly<Record<string, string>>,
): void {
  const file = environment["NODE_EXTRA_CA_CERTS"];
  const folder = folderOf(project);
  if (file === undefined || dirname(file) !== folder) return;
  for (const dir of [dirname(folder), folder]) chmodSync(dir, 0o711);
  chmodSync(file, 0o644);
}

/** Has this process trust an authority from now on. */
export function trustCaFile(file: string): void {
  setDefaultCACertificates([...getCACertificates("default"), readFileSync(file, "utf8")]);
}

function folderOf(project: Project): string {
  return join(project.stateDir, "dbt-service", "tls");
}
