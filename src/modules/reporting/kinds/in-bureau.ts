import { assetClass, bureauHeader, bureauRecord, bureauTrailer, checkBureau, type BureauPerson } from "../domain/bureau-india.ts";
import { accountsOf } from "./accounts.ts";
import { setting, type ReportKind } from "./kind.ts";

/** The monthly file of an Indian lender's consumers and their accounts, bureau-style: tagged segments, a record a line. */
export const inBureau: ReportKind = {
  fileName: ({ period, filed }) => `bureau-in-${period.to.slice(0, 7)}${filed === null ? "" : "-corrections"}.txt`,
  contentType: "text/plain; charset=us-ascii",
  correctable: true,
  make: async (tx, ctx, order, sink) => {
    const member = { id: setting(order.settings, "identificationNumber"), name: setting(order.settings, "reporterName") };
    const totals = { records: 0, balance: 0, overdue: 0, people: 0, accounts: 0 };
    sink.line(bureauHeader(member, order.period.to, order.businessDate));
    for await (const chunk of accountsOf(tx, ctx, "INR", order)) {
      for (const { standing: s, people } of chunk) {
        totals.accounts++;
        for (const [n, { role, party }] of people.entries()) {
          const person: BureauPerson = { role, name: party.displayName, birthDate: party.birthDate, phone: party.phone, email: party.email, identifiers: party.identifiers, address: party.address };
          const record = bureauRecord(s, person, member, order.period.to);
          const key = n === 0 ? s.number : `${s.number}/${n + 1}`;
          if (order.filed?.get(key)?.fingerprint === sink.fingerprint(record)) continue;
          const balance = Math.floor(Math.max(0, s.balance) / 100);
          const overdue = s.status === "closed" ? 0 : Math.floor(Math.max(0, s.status === "active" || s.status === "overpaid" ? s.overdue : s.balance) / 100);
          sink.line(record);
          sink.row(key, record, { status: s.status, assetClass: assetClass(s, order.period.to), daysPastDue: s.daysPastDue, balance, overdue, closedDate: s.closedDate });
          totals.records++;
          totals.people++;
          totals.balance += balance;
          totals.overdue += overdue;
        }
      }
      await sink.flush();
      sink.progress.step(chunk.length);
      if (sink.progress.heedStop()) return "stopped";
    }
    sink.line(bureauTrailer(totals));
    for (const [name, value] of Object.entries(totals)) sink.total(name, value);
    return "done";
  },
  check: (lines) => checkBureau(lines),
};
