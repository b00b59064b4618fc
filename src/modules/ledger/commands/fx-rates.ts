import { parse } from "csv-parse/sync";
import { isIsoDate } from "#engine/date.ts";
import { parseScaled } from "#engine/rate.ts";
import * as audit from "#kernel/audit.ts";
import { propose, type ApprovalRequest, type DualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { RATE_DECIMALS } from "../domain/fx.ts";
import { STATUTORY } from "../domain/entry.ts";
import { problem } from "../problems.ts";

/** One unit of a foreign currency on a day, as a decimal of the lender's own. */
export interface NewRate { readonly currency: string; readonly day: string; readonly rate: string }
interface Proposed { readonly source: string; readonly rates: readonly { readonly currency: string; readonly day: string; readonly ratePpb: string }[] }

const ACTION = "ledger.fx_rate.set";
const MOST_RATES = 5000;

/** Rates of a CSV file with the columns currency, day, rate. May raise fx_rate.unusable naming the line. */
export function ratesOfCsv(text: string): NewRate[] {
  const lines = (() => {
    try {
      return parse(text, { columns: (head: string[]) => head.map((h) => h.trim().toLowerCase()), skip_empty_lines: true, trim: true, bom: true }) as Record<string, string>[];
    } catch (error) {
      throw problem("fx_rate.unusable", error instanceof Error ? error.message : "This is not CSV.");
    }
  })();
  return lines.map((l) => ({ currency: l["currency"] ?? "", day: l["day"] ?? l["date"] ?? "", rate: l["rate"] ?? "" }));
}

/** Proposes rates; they count once a second person has agreed. May raise fx_rate.unusable naming each bad line, fx_rate.closed. */
export async function proposeRates(tx: Tx, ctx: Context, source: string, rates: readonly NewRate[]): Promise<ApprovalRequest> {
  const own = (await currentTenant(tx)).currency;
  const errors = rates.flatMap((r, i) => faults(r, own, tx.businessDate).map(([field, detail]) => ({ pointer: `/rates/${i}/${field}`, code: `rate.${field}`, detail })));
  const twice = rates.findIndex((r, i) => rates.findIndex((o) => o.currency === r.currency && o.day === r.day) !== i);
  if (twice >= 0) errors.push({ pointer: `/rates/${twice}`, code: "rate.twice", detail: "This currency and day stand here twice." });
  if (rates.length === 0 || rates.length > MOST_RATES || errors.length > 0) throw problem("fx_rate.unusable", rates.length === 0 ? "There is no rate." : rates.length > MOST_RATES ? `At most ${MOST_RATES} rates at a time.` : undefined, { errors: errors.slice(0, 100) });
  const wanted: Proposed = { source, rates: rates.map((r) => ({ currency: r.currency, day: r.day, ratePpb: String(parseScaled(r.rate, RATE_DECIMALS)) })) };
  await refuseClosed(tx, wanted);
  const first = rates[0] as NewRate;
  const summary = rates.length === 1 ? `Rate of exchange ${first.currency} ${first.day}: ${first.rate} ${own}` : `${rates.length} rates of exchange, ${source}`;
  return propose(tx, ctx, { action: ACTION, subject: ctx.ids.next("fxr"), summary, payload: wanted });
}

function faults(r: NewRate, own: string, today: string): [string, string][] {
  const found: [string, string][] = [];
  if (!/^[A-Z]{3}$/.test(r.currency) || r.currency === own) found.push(["currency", `A currency other than ${own}, three capital letters.`]);
  if (!isIsoDate(r.day) || r.day > today) found.push(["day", `A day up to ${today}, as 2026-01-31.`]);
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(r.rate) || /^[0.]+$/.test(r.rate)) found.push(["rate", "A decimal above zero with at most nine places."]);
  return found;
}

/** A rate that closed books were reckoned with stays as it is; one that was never there may be added. */
async function refuseClosed(tx: Tx, wanted: Proposed): Promise<void> {
  const closed = await tx.maybe<{ currency: string; day: string }>("ledger.fx.closed", `
    SELECT r.currency, r.day FROM ledger.fx_rate r JOIN unnest($1::text[], $2::date[], $3::bigint[]) AS n (currency, day, rate_ppb) ON n.currency = r.currency AND n.day = r.day AND n.rate_ppb <> r.rate_ppb
    JOIN ledger.period_close c ON c.book = $4 AND r.day <= c.closed_through ORDER BY r.day LIMIT 1`,
    [wanted.rates.map((r) => r.currency), wanted.rates.map((r) => r.day), wanted.rates.map((r) => r.ratePpb), STATUTORY]);
  if (closed !== undefined) throw problem("fx_rate.closed", `${closed.currency} of ${closed.day}.`);
}

/** The second person's half: the rates count from now on. */
export const rateControl: DualControl<Proposed> = {
  action: ACTION,
  permission: "ledger.fx_rate.approve",
  limited: false,
  execute: async (tx, ctx, wanted, request) => {
    await refuseClosed(tx, wanted);
    const keys = [wanted.rates.map((r) => r.currency), wanted.rates.map((r) => r.day)];
    const before = await tx.rows<{ currency: string; day: string; rate_ppb: bigint }>("ledger.fx.before", "SELECT r.currency, r.day, r.rate_ppb FROM ledger.fx_rate r JOIN unnest($1::text[], $2::date[]) AS n (currency, day) USING (currency, day)", keys);
    const kept = await tx.run("ledger.fx.keep", `
      INSERT INTO ledger.fx_rate (currency, day, rate_ppb, source, maker_id, approver_id, recorded_at)
      SELECT n.currency, n.day, n.rate_ppb, $4, $5, $6, $7 FROM unnest($1::text[], $2::date[], $3::bigint[]) AS n (currency, day, rate_ppb)
      ON CONFLICT (tenant_id, currency, day) DO UPDATE SET rate_ppb = excluded.rate_ppb, source = excluded.source, maker_id = excluded.maker_id, approver_id = excluded.approver_id, recorded_at = excluded.recorded_at`,
      [...keys, wanted.rates.map((r) => r.ratePpb), wanted.source, request.makerId, ctx.actor.id, tx.now]);
    await audit.record(tx, ctx, { action: "ledger.fx_rate.set", subject: request.subject, before, after: wanted });
    return { rates: kept };
  },
};
