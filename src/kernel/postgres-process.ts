import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Lines of postmaster.pid: process, folder, start, port, socket folder, address, memory key, status. */
export function pidFile(cluster: string): string[] {
  try {
    return readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}

/** The process of the server that runs on this cluster, if one does. */
export function livePostmaster(cluster: string): number | undefined {
  const pid = Number(pidFile(cluster)[0]);
  return Number.isInteger(pid) && pid > 0 && isPostmasterOf(cluster, pid) ? pid : undefined;
}

/** A process with this number may be anything by now; the server is known by the folder it works in. */
export function isPostmasterOf(cluster: string, pid: number): boolean {
  try {
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === cluster;
    if (process.platform !== "win32") return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).includes(cluster);
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * After a reboot the number in a stale pid file may belong to an innocent process, and PostgreSQL would refuse to start.
 * Deleting the file would also drop the key by which it finds leftover backends, so only the number is replaced: by our
 * own, which PostgreSQL knows for its parent and passes over.
 */
export function disownForeignPid(cluster: string): void {
  const lines = pidFile(cluster);
  if (lines.length === 0 || livePostmaster(cluster) !== undefined) return;
  lines[0] = String(process.pid);
  writeFileSync(join(cluster, "postmaster.pid"), lines.join("\n"));
}

/** One starter at a time per folder. A lock left by a process that has died is taken over. */
export async function withLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dataDir, "starting");
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (!holderLives(lock)) rmSync(lock, { force: true });
      else await pause(20);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderLives(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid === 0) return performance.timeOrigin + performance.now() - statSync(lock).mtimeMs < 1000; // being written just now
    if (pid === process.pid) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
