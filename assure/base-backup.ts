import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { clusterFolder, existingCluster, serverUser } from "#kernel/postgres-files.ts";
import { startPostgres, type RunningPostgres } from "#kernel/postgres.ts";

/** Where a server's write-ahead log is archived, a file at a time, at the latest a second after it was written. */
export interface Archive {
  readonly folder: string;
  /** Settings of a server that archives here. */
  readonly settings: Readonly<Record<string, string>>;
  remove(): void;
}

export function startArchive(): Archive {
  const folder = mkdtempSync(join(tmpdir(), "loanwright-archive-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  // A file appears under its name only when it is whole.
  const command = `test ! -f '${folder}/%f' && cp '%p' '${folder}/%f.part' && mv '${folder}/%f.part' '${folder}/%f'`;
  return { folder, settings: { archive_mode: "on", archive_command: command, archive_timeout: "1s" }, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A copy of a running server's files, good together with the archived log since it was begun. @returns seconds it took */
export async function baseBackup(server: RunningPostgres, dataDir: string, to: string): Promise<number> {
  const began = performance.now();
  const session = new pg.Client({ connectionString: server.url("postgres") });
  await session.connect();
  await session.query("SELECT pg_backup_start('drill', true)");
  mkdirSync(to, { mode: 0o700 });
  // Files may go while they are copied: what became of them is in the log.
  spawnSync("cp", ["-a", `${existingCluster(dataDir)}/.`, to], { stdio: "ignore" });
  const { rows: [label] } = await session.query<{ labelfile: string }>("SELECT labelfile FROM pg_backup_stop(true)");
  await session.end();
  for (const name of readdirSync(join(to, "pg_wal"))) if (name !== "archive_status") rmSync(join(to, "pg_wal", name), { recursive: true });
  rmSync(join(to, "postmaster.pid"), { force: true });
  writeFileSync(join(to, "backup_label"), label?.labelfile ?? "");
  copyFileSync(join(dataDir, "owner-password"), `${to}.owner-password`);
  return (performance.now() - began) / 1000;
}

/** The log files of a dead server, for the case that their disk survived it. */
export function saveLog(dataDir: string, to: string): void {
  cpSync(join(existingCluster(dataDir) ?? "", "pg_wal"), to, { recursive: true });
}

/**
 * Makes a server from a base backup and the archive.
 *
 * @param target  a named restore point; without it everything there is
 * @param log     log files that were not archived yet
 */
export async function restore(base: string, archive: string, dataDir: string, from: { target?: string; log?: string; settings: Readonly<Record<string, string>> }): Promise<RunningPostgres> {
  const user = serverUser();
  mkdirSync(dataDir, { recursive: true });
  copyFileSync(`${base}.owner-password`, join(dataDir, "owner-password"));
  const cluster = clusterFolder(dataDir, user);
  execFileSync("cp", ["-a", `${base}/.`, cluster]);
  chmodSync(cluster, 0o700);
  if (from.log !== undefined) for (const name of readdirSync(from.log)) if (/^[0-9A-F]{24}$/.test(name)) copyFileSync(join(from.log, name), join(cluster, "pg_wal", name));
  if (!existsSync(join(cluster, "pg_wal/archive_status"))) mkdirSync(join(cluster, "pg_wal/archive_status"));
  writeFileSync(join(cluster, "recovery.signal"), "");
  if (user !== undefined) execFileSync("chown", ["-R", `${user.uid}:${user.gid}`, cluster]);
  const server = await startPostgres({
    dataDir,
    settings: { ...from.settings, restore_command: `cp '${archive}/%f' '%p'`, ...(from.target === undefined ? {} : { recovery_target_name: from.target, recovery_target_action: "promote" }) },
  });
  await untilOpen(server);
  return server;
}

/** A server takes readers while it still goes through the log; it is back when it takes writers. */
async function untilOpen(server: RunningPostgres): Promise<void> {
  for (;;) {
    const asking = new pg.Client({ connectionString: server.url("postgres") });
    await asking.connect();
    const { rows } = await asking.query<{ busy: boolean }>("SELECT pg_is_in_recovery() AS busy");
    await asking.end();
    if (rows[0]?.busy === false) return;
    await wait(50);
  }
}
