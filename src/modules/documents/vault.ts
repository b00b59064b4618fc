import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "#kernel/context.ts";

/**
 * Keeps sealed bytes in a file named by their own hash, so that a name from outside never becomes part of a path and a
 * file that was changed is noticed. A file without a row (its transaction failed) is unreadable and harmless.
 */
export async function keep(ctx: Context, sealed: Buffer): Promise<string> {
  const address = createHash("sha256").update(sealed).digest("hex");
  const path = pathOf(ctx, address);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${ctx.ids.next("tmp")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(sealed);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  return address;
}

/** Sealed bytes by their address. @throws RangeError when the file is gone or its content is not what the address says */
export async function fetchSealed(ctx: Context, address: string): Promise<Buffer> {
  const sealed = await readFile(pathOf(ctx, address)).catch((error: Error) => {
    throw new RangeError(`document file ${address} cannot be read`, { cause: error });
  });
  if (createHash("sha256").update(sealed).digest("hex") !== address) throw new RangeError(`document file ${address} was changed`);
  return sealed;
}

function pathOf(ctx: Context, address: string): string {
  if (!/^[0-9a-f]{64}$/.test(address)) throw new RangeError("not an address");
  return join(ctx.services.config.dataDir, "documents", ctx.tenantId, address.slice(0, 2), `${address}.sealed`);
}
