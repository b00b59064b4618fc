import { addDays, isoDate, type IsoDate } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import { creditStandings } from "#modules/servicing/index.ts";
import { accountsOf, type ReportedAccount } from "./accounts.ts";
import { setting, type ReportKind, type ReportOrder } from "./kind.ts";
import { amountText, checkRegister, csvLine } from "./register.ts";

const COLUMNS = ["recipient", "payer", "payerTin", "payerAddress", "account", "year", "box1InterestReceived", "box2PrincipalAtStart", "box3OriginationDate"] as const;
/** Cents from which a statement is due. @source 26 CFR 1.6050H-1; Instructions for Form 1098 */
const THRESHOLD = 600_00;

/** The yearly statements of interest received from each payer, as the fields of Form 1098: a line a loan. */
export const interest1098: ReportKind = {
  fileName: ({ period, filed }) => `interest-1098-${period.to.slice(0, 4)}${filed === null ? "" : "-corrections"}.csv`,
  contentType: "text/csv; charset=utf-8",
  correctable: true,
  make: async (tx, ctx, order, sink) => {
    const products = new Set((order.settings["products"] ?? []) as string[]);
    const totals = { statements: 0, interestCents: 0, people: 0 };
    sink.line(csvLine(COLUMNS));
    for await (const chunk of accountsOf(tx, ctx, "USD", order)) {
      const due = chunk.filter(({ standing }) => products.has(standing.productCode) && standing.interestPaidInSpan >= THRESHOLD);
      const opening = await openingPrincipals(tx, due, order.period.from);
      for (const account of due) {
        const line = lineOf(account, order, opening.get(account.standing.loanAccountId) ?? 0);
        const { number, interestPaidInSpan } = account.standing;
        if (order.filed?.get(number)?.fingerprint === sink.fingerprint(line)) continue;
        sink.line(line);
        sink.row(number, line, { interest: amountText(interestPaidInSpan), principalAtStart: amountText(opening.get(account.standing.loanAccountId) ?? 0) });
        totals.statements++;
        totals.people++;
        totals.interestCents += interestPaidInSpan;
      }
      await sink.flush();
      sink.progress.step(chunk.length);
      if (sink.progress.heedStop()) return "stopped";
    }
    for (const [name, value] of Object.entries(totals)) sink.total(name, value);
    return "done";
  },
  check: checkRegister,
};

/** Principal owed when the year began; of loans paid out in the year, what was lent. */
async function openingPrincipals(tx: Tx, accounts: readonly ReportedAccount[], from: IsoDate): Promise<Map<string, number>> {
  const before = addDays(from, -1);
  const old = accounts.filter((a) => a.standing.openedDate < from).map((a) => a.standing.loanAccountId);
  const stood = old.length === 0 ? [] : await creditStandings(tx, old, { from: isoDate(`${before.slice(0, 4)}-01-01`), to: before });
  return new Map([...accounts.map((a) => [a.standing.loanAccountId, a.standing.original] as const), ...stood.map((s) => [s.loanAccountId, s.principal] as const)]);
}

function lineOf({ standing: s, people }: ReportedAccount, order: ReportOrder, opening: number): string {
  const payer = people.find((p) => p.role === "borrower")?.party ?? people[0]?.party;
  const a = payer?.address;
  return csvLine([
    setting(order.settings, "reporterName"), payer?.displayName ?? s.borrowerName, payer?.identifiers.find((i) => i.scheme === "SSN" || i.scheme === "EIN")?.value ?? "", a === null || a === undefined ? "" : [a.line1, a.line2, `${a.city} ${a.region} ${a.postalCode}`].filter(Boolean).join(", "),
    s.number, order.period.to.slice(0, 4), amountText(s.interestPaidInSpan), amountText(opening), s.openedDate,
  ]);
}
