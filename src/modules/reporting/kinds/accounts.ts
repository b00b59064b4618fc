import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { getParties, type PartyView } from "#modules/parties/index.ts";
import { creditStandings, type CreditStanding } from "#modules/servicing/index.ts";
import type { ReportOrder } from "./kind.ts";

const CHUNK = 500;

export interface ReportedAccount { readonly standing: CreditStanding; readonly people: readonly { readonly role: string; readonly party: PartyView }[] }

/**
 * The loans of a currency that stood, closed or were lost in a period, in order of id, with the people on them in clear. A loan closed before
 * the period was reported then; a correction names it all the same where it was filed as if it still stood. Reads some hundreds at a time.
 */
export async function* accountsOf(tx: Tx, ctx: Context, currency: string, order: Pick<ReportOrder, "period" | "filed">): AsyncGenerator<ReportedAccount[]> {
  const { period, filed } = order;
  for (let after = ""; ;) {
    const ids = await tx.rows<{ id: string }>("reporting.accounts.next",
      `SELECT loan_account_id AS id FROM servicing.report_loan WHERE currency = $1 AND loan_account_id > $2 AND status <> 'cancelled' AND disbursed_date <= $3 AND (closed_date IS NULL OR closed_date >= $4 OR $5) ORDER BY loan_account_id LIMIT ${CHUNK}`,
      [currency, after, period.to, period.from, filed !== null]);
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last.id;
    const standings = (await creditStandings(tx, ids.map((row) => row.id), period)).filter((s) => s.closedDate === null || s.closedDate >= period.from || filed?.has(s.number) === true);
    const parties = await getParties(tx, ctx, [...new Set(standings.flatMap((s) => s.parties.map((p) => p.partyId)))], { reveal: true });
    yield standings.map((standing) => ({
      standing,
      people: standing.parties.flatMap(({ partyId, role }) => { const party = parties.get(partyId); return party === undefined ? [] : [{ role, party }]; }),
    }));
  }
}
