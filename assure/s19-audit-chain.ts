import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { sealAudit, sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import * as audit from "#kernel/audit.ts";
import { seededRandom } from "#kernel/ids.ts";
import { testWorld } from "#kernel/testing/world.ts";
import type { Check } from "./result.ts";

const RECORDS = 200;

type Random = ReturnType<typeof seededRandom>;
/** Each way to tamper, as the database's owner would; returns SQL and what the verifier must name (a record id or a word). */
const TAMPERINGS: readonly ((random: Random, ids: readonly string[]) => { sql: string; values?: unknown[]; names: RegExp })[] = [
  (random, ids) => { const id = random.pick(ids); return { sql: "UPDATE kernel.audit_record SET after = after || ' ' WHERE id = $1", values: [id], names: new RegExp(id) }; },
  (random, ids) => { const id = random.pick(ids); return { sql: "UPDATE kernel.audit_record SET actor_id = 'usr_other' WHERE id = $1", values: [id], names: new RegExp(id) }; },
  (random, ids) => { const id = random.pick(ids); return { sql: "UPDATE kernel.audit_record SET recorded_at = recorded_at - interval '1 day' WHERE id = $1", values: [id], names: new RegExp(id) }; },
  (random, ids) => { const id = random.pick(ids); return { sql: "DELETE FROM kernel.audit_record WHERE id = $1", values: [id], names: new RegExp(id) }; },
  (random, ids) => { const id = random.pick(ids); return { sql: "WITH s AS (DELETE FROM kernel.audit_seal WHERE record_id = $1) DELETE FROM kernel.audit_record WHERE id = $1", values: [id], names: /link \d+ is missing|does not follow|cut or rewritten/ }; },
  (random, ids) => { const [a, b] = [random.pick(ids), random.pick(ids)]; return { sql: "UPDATE kernel.audit_record r SET subject = o.subject, before = o.before, after = o.after FROM kernel.audit_record o WHERE r.id = $1 AND o.id = $2 AND r.id <> o.id", values: [a, b], names: new RegExp(a) }; },
  (_random, ids) => ({ sql: "DELETE FROM kernel.audit_seal WHERE seq > (SELECT max(seq) - 5 FROM kernel.audit_seal)", names: new RegExp(`cut or rewritten|put in before|${ids.at(-1)}`) }),
  (random, ids) => { const id = random.pick(ids); return { sql: "UPDATE kernel.audit_seal SET chain_hash = sha256(chain_hash) WHERE record_id = $1", values: [id], names: new RegExp(id) }; },
  (random, ids) => { const id = random.pick(ids); return { sql: "INSERT INTO kernel.audit_record (tenant_id, id, recorded_at, business_date, actor_kind, actor_id, action, subject, request_id, mac) SELECT tenant_id, 'au_forged', recorded_at, business_date, actor_kind, actor_id, action, subject, request_id, mac FROM kernel.audit_record WHERE id = $1", values: [id], names: /au_forged/ }; },
  (_random, _ids) => ({ sql: "TRUNCATE kernel.audit_record, kernel.audit_seal, kernel.audit_head", names: /cut or rewritten/ }),
];

/** Tampering with the audit trail as the database's owner is found, each time on a fresh copy of it, and located. */
export const s19: Check = {
  id: "S19",
  title: "every tampering with the audit chain is found and located",
  async run({ seed, cases = 500, say }) {
    const world = await testWorld();
    const random = seededRandom(seed);
    const owner = new pg.Client({ connectionString: world.database.ownerUrl });
    const missed: string[] = [];
    try {
      await owner.connect();
      const ctx = world.as(["servicing_agent"]);
      for (let i = 0; i < RECORDS; i++) {
        await ctx.transaction((tx) => audit.record(tx, ctx, { action: "loan.repayment.recorded", subject: `la_${i}`, before: { principal: i * 7 }, after: { principal: i * 5 } }));
        if (i % 40 === 39) await sealAudit(world.services, world.bharat);
      }
      await sealEverything(world.services, world.bharat);
      const clean = await verifyAudit(world.services, world.bharat);
      if (clean.faults.length > 0) throw new Error(`the clean chain has faults: ${clean.faults.join("; ")}`);
      const ids = (await owner.query<{ id: string }>("SELECT record_id AS id FROM kernel.audit_seal WHERE tenant_id = $1 ORDER BY seq", [world.bharat])).rows.map((row) => row.id);
      const tables = ["audit_record", "audit_seal", "audit_head"];
      for (const table of tables) await owner.query(`CREATE TABLE public.copy_${table} AS TABLE kernel.${table}`);
      const anchors = join(world.services.config.dataDir, "anchors", `${world.bharat}.log`);
      const anchored = await readFile(anchors, "utf8");
      for (let i = 0; i < cases; i++) {
        const tamper = TAMPERINGS[i % TAMPERINGS.length];
        if (tamper === undefined) break;
        const { sql, values, names } = tamper(random, ids);
        const { rowCount } = await owner.query(sql, values);
        const { faults } = await verifyAudit(world.services, world.bharat);
        const changedNothing = rowCount === 0 && !sql.startsWith("TRUNCATE");
        if (!changedNothing && !names.test(faults.join("; "))) missed.push(`${sql} (${String(values)}): ${faults[0] ?? "nothing found"}`);
        await owner.query(`TRUNCATE ${tables.map((t) => `kernel.${t}`).join(", ")}`);
        for (const table of tables) await owner.query(`INSERT INTO kernel.${table} SELECT * FROM public.copy_${table}`);
        await writeFile(anchors, anchored);
      }
      const after = await verifyAudit(world.services, world.bharat);
      if (after.faults.length > 0) missed.push(`the restored chain has faults: ${after.faults[0]}`);
      say(`${cases} tamperings of ${TAMPERINGS.length} kinds; ${missed.length} missed`);
      for (const line of missed.slice(0, 10)) say(line);
      return { pass: missed.length === 0, cases, violations: missed.length, seed };
    } finally {
      await owner.end();
      await world.close();
    }
  },
};
