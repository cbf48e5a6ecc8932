/** An exclusive hold on one project directory. */
export interface ProjectLock {
  close(): Promise<void>;
}

/**
 * Takes the one lock of a project directory (`.airloom/lock` in it).
 *
 * Contract: rejects with `database.locked`, naming pid and start of the holder, while another process holds it;
 * the kernel gives the lock back when its holder dies, however it dies.
 */
export function lockProject(_projectDir: string): Promise<ProjectLock> {
  throw new Error("lockProject: body follows");
}
