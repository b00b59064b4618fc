import { money } from "#engine/money.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { seededRandom } from "#kernel/ids.ts";
import { jobActor } from "#kernel/permissions.ts";
import { registerParty } from "#modules/parties/index.ts";
import { currentVersion, quote, type Quote } from "#modules/products/index.ts";
import { bookLoan } from "#modules/servicing/index.ts";

export interface MadeLoan { readonly id: string; readonly number: string }

const PER_TRANSACTION = 50;
const TERMS = [12, 18, 24, 36, 48];

/** Books loans of the lender's product, paid out elsewhere, by the same command that origination uses. Amounts and terms come from the seed. */
export async function makeLoans(services: Services, tenantId: string, count: number, seed = 1): Promise<MadeLoan[]> {
  const random = seededRandom(seed);
  const context = () => makeContext(services, { tenantId, actor: jobActor("board_loans"), requestId: services.ids.next("req") });
  const quotes = new Map<string, Quote>();
  const loans: MadeLoan[] = [];
  while (loans.length < count) {
    const ctx = context();
    const wanted = Array.from({ length: Math.min(PER_TRANSACTION, count - loans.length) }, () => ({ amount: 20_000_00 + random.integer(40) * 10_000_00, termMonths: random.pick(TERMS) }));
    loans.push(...await ctx.transaction(async (tx) => {
      const version = await currentVersion(tx, "personal-loan");
      const { partyId } = await registerParty(tx, ctx, { givenName: "Load", familyName: `Borrower ${loans.length}`, identifiers: [] });
      const made: MadeLoan[] = [];
      for (const { amount, termMonths } of wanted) {
        const key = `${amount}/${termMonths}`;
        const quoted = quotes.get(key) ?? quote(version, { amount: money(BigInt(amount), version.currency), termMonths, annualRate: "0.24", disbursementDate: tx.businessDate });
        quotes.set(key, quoted);
        const booked = await bookLoan(tx, ctx, { productVersionId: version.id, terms: quoted.terms, scheduleHash: quoted.scheduleHash, partyIds: [partyId], branchId: null, applicationId: null });
        made.push({ id: booked.loanAccountId, number: booked.number });
      }
      return made;
    }));
  }
  return loans;
}
