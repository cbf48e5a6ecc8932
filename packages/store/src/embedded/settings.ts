/** Server settings: durable, small when idle, quick to start. Measured in `bench/`. */
export function serverSettings(): Readonly<Record<string, string>> {
  return {
    autovacuum_naptime: "30s",
    checkpoint_timeout: "10min",
    fsync: "on",
    huge_pages: "off",
    // Workers for reads ahead would be three more processes for a database that fits into memory.
    io_method: "sync",
    jit: "off",
    log_checkpoints: "off",
    log_timezone: "UTC",
    max_connections: "60",
    max_logical_replication_workers: "0",
    max_parallel_workers_per_gather: "0",
    max_wal_senders: "0",
    max_wal_size: "512MB",
    min_wal_size: "64MB",
    shared_buffers: "32MB",
    synchronous_commit: "on",
    timezone: "UTC",
    unix_socket_permissions: "0700",
    update_process_title: "off",
    wal_level: "minimal",
  };
}
