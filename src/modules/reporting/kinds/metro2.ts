import { isoDate } from "#engine/index.ts";
import type { Tx } from "#kernel/db.ts";
import { metro2Account, type AccountOptions, type Consumer } from "../domain/metro2/account.ts";
import { checkMetro2, countMetro2, metro2Header, metro2Trailer, type Metro2Counts } from "../domain/metro2/file.ts";
import type { Metro2Record } from "../domain/metro2/record.ts";
import type { Facts } from "../domain/difference.ts";
import { accountsOf, type ReportedAccount } from "./accounts.ts";
import { setting, type ReportKind, type ReportOrder } from "./kind.ts";

/** The monthly file of a US lender's accounts for the credit bureaus, in Metro 2 character format, a record a line. */
export const metro2: ReportKind = {
  fileName: ({ period, filed }) => `metro2-${period.to.slice(0, 7)}${filed === null ? "" : "-corrections"}.txt`,
  contentType: "text/plain; charset=us-ascii",
  correctable: true,
  make: async (tx, ctx, order, sink) => {
    const disputes = await complianceCodes(tx);
    const counts: Metro2Counts = {};
    const sums = { currentBalance: 0, amountPastDue: 0, people: 0 };
    const programs = order.settings["programs"];
    sink.line(metro2Header({ name: setting(order.settings, "reporterName"), address: setting(order.settings, "reporterAddress"), phone: setting(order.settings, "reporterPhone"), programs: (programs ?? {}) as Readonly<Record<string, string>> }, order.period.to, order.businessDate));
    for await (const chunk of accountsOf(tx, ctx, "USD", order)) {
      for (const account of chunk) {
        const dispute = disputes.get(account.standing.loanAccountId);
        const plain = recordOf(account, order, false, dispute);
        // The same account made on another day or as a correction is the same record: what differs then is left out of the comparison.
        const record = JSON.stringify([{ ...plain.base, timeStamp: "" }, plain.attached]);
        const before = order.filed?.get(account.standing.number);
        if (order.filed !== null && before !== undefined && before.fingerprint === sink.fingerprint(record)) continue;
        const { base, attached, text } = order.filed === null ? plain : recordOf(account, order, true, dispute);
        countMetro2(counts, base, attached);
        sums.currentBalance += Number(base["currentBalance"]);
        sums.amountPastDue += Number(base["amountPastDue"]);
        sums.people += 1 + attached.length;
        sink.line(text);
        sink.row(account.standing.number, record, factsOf(base));
      }
      await sink.flush();
      sink.progress.step(chunk.length);
      if (sink.progress.heedStop()) return "stopped";
    }
    sink.line(metro2Trailer(counts));
    for (const [name, value] of Object.entries({ ...counts, ...sums })) sink.total(name, value);
    return "done";
  },
  check: async (lines) => (await checkMetro2(lines)).faults,
};

function recordOf({ standing, people }: ReportedAccount, order: ReportOrder, correction: boolean, dispute: { code: string; deleted: boolean } | undefined): ReturnType<typeof metro2Account> {
  const kinds = order.settings["accountTypes"] as Readonly<Record<string, { readonly portfolioType: string; readonly accountType: string }>> | undefined;
  const kind = kinds?.[standing.productCode] ?? { portfolioType: "I", accountType: "01" };
  const options: AccountOptions = {
    asOf: order.period.to, timeStamp: stamp(order.madeAt), identificationNumber: setting(order.settings, "identificationNumber"), portfolioType: kind.portfolioType, accountType: kind.accountType,
    correction, compliance: dispute?.code ?? "", deleted: dispute?.deleted ?? false,
  };
  return metro2Account(standing, people.toSorted((a, b) => (a.role === "borrower" ? -1 : 0) - (b.role === "borrower" ? -1 : 0)).map(({ role, party }): Consumer & { role: string } => ({
    role, givenName: party.givenName, familyName: party.familyName ?? party.displayName, birthDate: party.birthDate === null ? null : isoDate(party.birthDate), phone: party.phone,
    ssn: party.identifiers.find((i) => i.scheme === "SSN")?.value ?? null, address: party.address,
  })), options);
}

/** An instant as MMDDYYYYHHMMSS. */
function stamp(instant: string): string {
  return instant.slice(5, 7) + instant.slice(8, 10) + instant.slice(0, 4) + instant.slice(11, 19).replaceAll(":", "");
}

function factsOf(base: Metro2Record): Facts {
  const of = (name: string) => base[name] ?? null;
  return {
    accountStatus: of("accountStatus"), paymentRating: of("paymentRating"), currentBalance: of("currentBalance"), amountPastDue: of("amountPastDue"), actualPaymentAmount: of("actualPaymentAmount"), paymentHistoryProfile: of("paymentHistoryProfile"),
    complianceConditionCode: of("complianceConditionCode"), dateFirstDelinquency: of("dateFirstDelinquency"), dateClosed: of("dateClosed"),
  };
}

/**
 * What each account's latest dispute adds to its record: XB while it is looked into; when it is resolved, XC if the consumer still disagrees
 * and XH if not; an account found wrong altogether is deleted.
 * @source FCRA section 623(a)(3); CDIA Credit Reporting Resource Guide, compliance condition codes
 */
async function complianceCodes(tx: Tx): Promise<Map<string, { code: string; deleted: boolean }>> {
  const rows = await tx.rows<{ loan_account_id: string; resolved: boolean; outcome: string | null; agrees: boolean | null }>("reporting.dispute.codes",
    `SELECT DISTINCT ON (loan_account_id) loan_account_id, state = 'resolved' AS resolved, outcome, consumer_agrees AS agrees
     FROM reporting.credit_dispute ORDER BY loan_account_id, raised_date DESC, id DESC`, []);
  return new Map(rows.map((row) => [row.loan_account_id, { code: !row.resolved ? "XB" : row.agrees === false ? "XC" : "XH", deleted: row.resolved && row.outcome === "deleted" }]));
}
