import { createHash, createHmac } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { auditText, type AuditRow } from "./audit.ts";
import type { Services } from "./context.ts";
import { sameSecret } from "./crypto.ts";
import type { Tx } from "./db.ts";

/**
 * The audit chain. Writers only insert their record with its keyed hash; the sealer, alone per tenant, appends committed
 * records to the chain in order of transaction and id. So the chain serialises nobody, and between insert and seal a record
 * is protected by its keyed hash, whose key is not in the database. The newest link is anchored in a file outside of it.
 */
const GENESIS = createHash("sha256").update("loanwright audit chain").digest();
const BATCH = 5_000;

interface Head { seq: bigint; chain_hash: Buffer; sealed_xact: string }

/** Appends records that were committed since the last time. @returns how many */
export async function sealAudit(services: Services, tenantId: string): Promise<number> {
  const sealed = await services.db.transaction(tenantId, async (tx) => {
    await tx.run("kernel.audit.seal_lock", "SELECT pg_advisory_xact_lock(hashtextextended('audit-seal/' || $1, 0))", [tenantId]);
    const head = await readHead(tx);
    // Only transactions older than every running one: nobody can still commit a record before them.
    const rows = await tx.rows<{ id: string; mac: Buffer; xact: string }>("kernel.audit.unsealed",
      `SELECT r.id, r.mac, r.xact::text AS xact FROM kernel.audit_record r
       WHERE r.xact >= $1::xid8 AND r.xact < pg_snapshot_xmin(pg_current_snapshot())
         AND NOT EXISTS (SELECT FROM kernel.audit_seal s WHERE s.tenant_id = r.tenant_id AND s.record_id = r.id)
       ORDER BY r.xact, r.id LIMIT ${BATCH}`, [head.sealed_xact]);
    if (rows.length === 0) return { count: 0, seq: head.seq, hash: head.chain_hash };
    let { seq, chain_hash: hash } = head;
    const seqs: string[] = [];
    const hashes: Buffer[] = [];
    for (const row of rows) {
      seq += 1n;
      hash = link(hash, seq, row.id, row.mac);
      seqs.push(seq.toString());
      hashes.push(hash);
    }
    await tx.run("kernel.audit.seal",
      `INSERT INTO kernel.audit_seal (seq, record_id, record_mac, chain_hash)
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[])`, [seqs, rows.map((r) => r.id), rows.map((r) => r.mac), hashes]);
    await tx.run("kernel.audit.head",
      `INSERT INTO kernel.audit_head (seq, chain_hash, sealed_xact) VALUES ($1, $2, $3::xid8)
       ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, chain_hash = excluded.chain_hash, sealed_xact = excluded.sealed_xact`,
      [seq.toString(), hash, rows.at(-1)?.xact]);
    return { count: rows.length, seq, hash };
  });
  if (sealed.count > 0) await anchor(services, tenantId, sealed.seq, sealed.hash);
  return sealed.count;
}

/** Seals until every record is in the chain: waits for transactions that are older than a record and still running. */
export async function sealEverything(services: Services, tenantId: string): Promise<void> {
  for (;;) {
    while (await sealAudit(services, tenantId) > 0) { /* a batch at a time */ }
    const { left } = await services.db.transaction(tenantId, (tx) => tx.one<{ left: bigint }>("kernel.audit.left",
      "SELECT count(*) AS left FROM kernel.audit_record r WHERE NOT EXISTS (SELECT FROM kernel.audit_seal s WHERE s.tenant_id = r.tenant_id AND s.record_id = r.id)"), "read");
    if (left === 0n) return;
    await wait(20);
  }
}

async function readHead(tx: Tx): Promise<Head> {
  return (await tx.maybe<Head>("kernel.audit.read_head", "SELECT seq, chain_hash, sealed_xact::text AS sealed_xact FROM kernel.audit_head"))
    ?? { seq: 0n, chain_hash: GENESIS, sealed_xact: "0" };
}

function link(previous: Buffer, seq: bigint, recordId: string, mac: Buffer): Buffer {
  return createHash("sha256").update(previous).update(`\0${seq}\0${recordId}\0`).update(mac).digest();
}

function anchorFile(services: Services, tenantId: string): string {
  return join(services.config.dataDir, "anchors", `${tenantId}.log`);
}

function signature(services: Services, tenantId: string, seq: string, hash: string): string {
  return createHmac("sha256", services.keys.derive("audit-anchor")).update(`${tenantId} ${seq} ${hash}`).digest("hex");
}

async function anchor(services: Services, tenantId: string, seq: bigint, hash: Buffer): Promise<void> {
  const file = anchorFile(services, tenantId);
  await mkdir(join(file, ".."), { recursive: true });
  const hex = hash.toString("hex");
  await appendFile(file, `${seq} ${hex} ${signature(services, tenantId, seq.toString(), hex)}\n`);
}

export interface ChainReport {
  readonly records: number;
  readonly sealed: number;
  /** Each fault with the record or link it was found at; empty: intact. */
  readonly faults: readonly string[];
}

/** Checks every record, every link and every anchor of one tenant. */
export async function verifyAudit(services: Services, tenantId: string): Promise<ChainReport> {
  const faults: string[] = [];
  const links = new Map<string, string>();
  let records = 0;
  let sealed = 0;
  // The anchors first: whatever was anchored by now is in the database already, and what is sealed while this reads is not missed in it.
  const anchors = await readFile(anchorFile(services, tenantId), "utf8").catch(() => "");
  await services.db.transaction(tenantId, async (tx) => {
    let previous: Buffer = GENESIS;
    let expected = 1n;
    const seen = new Set<string>();
    for (let from = 0n; ; ) {
      const rows = await tx.rows<Partial<AuditRow> & { seq: bigint; record_id: string; record_mac: Buffer; chain_hash: Buffer }>("kernel.audit.verify_chain",
        `SELECT s.seq, s.record_id, s.record_mac, s.chain_hash, r.* FROM kernel.audit_seal s LEFT JOIN kernel.audit_record r ON r.tenant_id = s.tenant_id AND r.id = s.record_id
         WHERE s.seq > $1 ORDER BY s.seq LIMIT ${BATCH}`, [from.toString()]);
      for (const row of rows) {
        if (row.seq !== expected) faults.push(`link ${expected} is missing`);
        const hash = link(previous, row.seq, row.record_id, row.record_mac);
        if (!sameSecret(hash, row.chain_hash)) faults.push(`link ${row.seq} (record ${row.record_id}) does not follow from the one before`);
        if (row.mac === undefined || row.mac === null) faults.push(`record ${row.record_id} of link ${row.seq} is missing`);
        else {
          if (!sameSecret(row.mac, row.record_mac)) faults.push(`record ${row.record_id} has another hash than its link ${row.seq}`);
          if (!sameSecret(services.keys.auditMac(auditText(tenantId, row as AuditRow)), row.mac)) faults.push(`record ${row.record_id} was altered`);
        }
        if (seen.has(row.record_id)) faults.push(`record ${row.record_id} is linked twice`);
        seen.add(row.record_id);
        previous = row.chain_hash;
        expected = row.seq + 1n;
        links.set(row.seq.toString(), row.chain_hash.toString("hex"));
      }
      sealed += rows.length;
      if (rows.length < BATCH) break;
      from = rows.at(-1)?.seq ?? from;
    }
    records = Number((await tx.one<{ n: bigint }>("kernel.audit.count", "SELECT count(*) AS n FROM kernel.audit_record")).n);
    faults.push(...await unsealedFaults(services, tx, tenantId));
  }, "read");
  faults.push(...anchorFaults(services, tenantId, anchors, links));
  return { records, sealed, faults };
}

/** Records waiting for their link: each must carry its keyed hash, and none may belong before the newest link. */
async function unsealedFaults(services: Services, tx: Tx, tenantId: string): Promise<string[]> {
  const { sealed_xact } = await readHead(tx);
  const rows = await tx.rows<AuditRow & { late: boolean }>("kernel.audit.verify_unsealed",
    `SELECT r.*, r.xact < $1::xid8 AS late FROM kernel.audit_record r
     WHERE NOT EXISTS (SELECT FROM kernel.audit_seal s WHERE s.tenant_id = r.tenant_id AND s.record_id = r.id) LIMIT 100000`, [sealed_xact]);
  return rows.flatMap((row) => [
    ...(sameSecret(services.keys.auditMac(auditText(tenantId, row)), row.mac) ? [] : [`record ${row.id} was altered`]),
    ...(row.late ? [`record ${row.id} was put in before the newest link`] : []),
  ]);
}

function anchorFaults(services: Services, tenantId: string, text: string, links: ReadonlyMap<string, string>): string[] {
  return text.split("\n").filter((line) => line !== "").flatMap((line) => {
    const [seq = "", hash = "", mac = ""] = line.split(" ");
    if (signature(services, tenantId, seq, hash) !== mac) return [`anchor ${seq} was altered`];
    if (links.get(seq) !== hash) return [`link ${seq} is not the one that was anchored: the chain was cut or rewritten`];
    return [];
  });
}
