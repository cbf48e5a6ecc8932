/** How user code is imported, the same in loader, runner and triggerer. */
export interface ModuleSettings {
  /** Absolute path of the module that Dag files mean by `airloom` and by the SDK's other names. */
  readonly entry: string;
  /** Folder for transformed sources; shared by all processes, safe to delete at any time. */
  readonly cacheDir: string;
  /** Variables for user code besides the few that every process gets; no secret of the platform belongs here. */
  readonly env: Readonly<Record<string, string>>;
  /** As whom processes that run user code are started; as ourselves where it is left out. */
  readonly account?: Account;
}

/** A user of this machine by its numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}
