// Loaded into a dbt child before its own code: a child must not outlive the service that started it.
process.on("disconnect", () => {
  if (process.platform === "win32") process.exit(137);
  process.kill(-process.pid, "SIGKILL");
});
process.channel?.unref();
