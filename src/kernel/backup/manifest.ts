import { createHash, createHmac } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Keyring } from "../crypto.ts";
import { sameSecret } from "../crypto.ts";

/** What a backup folder holds; beside it `manifest.mac`, a keyed hash of this file under the master key. */
export interface Manifest {
  readonly format: "loanwright-backup/1";
  readonly madeAt: string;
  readonly postgresMajor: number;
  /** Each lender's business date in the snapshot. */
  readonly lenders: Readonly<Record<string, string>>;
  readonly migrations: readonly { readonly name: string; readonly sha256: string }[];
  readonly tables: readonly BackedTable[];
  readonly sequences: readonly { readonly name: string; readonly last: string | null }[];
  /** Jobs that waited in the queue. */
  readonly queue: BackedFile & { readonly jobs: number };
  /** Sealed documents and audit anchors, by their place in the data folder. */
  readonly files: readonly BackedFile[];
}

export interface BackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackedTable extends BackedFile {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** A backup that cannot be restored, and why. */
export class UnusableBackup extends Error {
  constructor(why: string) {
    super(why);
    this.name = "UnusableBackup";
  }
}

export function manifestMac(keys: Keyring, text: string): Buffer {
  return createHmac("sha256", keys.derive("backup-manifest")).update(text).digest();
}

/**
 * Reads the manifest and compares every file with it.
 * @throws UnusableBackup when the key is another one, or a file is missing or was changed
 */
export async function readManifest(folder: string, keys: Keyring): Promise<Manifest> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => { throw new UnusableBackup(`${folder} holds no manifest.json: the backup was not finished, or this is none`); });
  const mac = await readFile(join(folder, "manifest.mac"), "utf8").catch(() => "");
  if (!sameSecret(Buffer.from(mac.trim(), "hex"), manifestMac(keys, text))) throw new UnusableBackup("the manifest was changed, or the backup was made under another master key: set LOANWRIGHT_MASTER_KEY to that one");
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== "loanwright-backup/1") throw new UnusableBackup(`its format is ${String(manifest.format)}`);
  for (const file of [...manifest.tables, ...manifest.files, manifest.queue]) {
    const found = await hashOfFile(join(folder, file.path)).catch(() => undefined);
    if (found === undefined) throw new UnusableBackup(`${file.path} is missing`);
    if (found !== file.sha256) throw new UnusableBackup(`${file.path} was changed`);
  }
  return manifest;
}

export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
