import { getParties } from "#modules/parties/index.ts";
import { actionTaken, age, hmdaLine, type Disposition, type HmdaSettings } from "../domain/hmda.ts";
import { setting, type ReportKind, type Settings } from "./kind.ts";

interface Row {
  number: string; party_id: string | null; state: string; submitted_on: string | null; state_since: string | null; decided_on: string | null; paid_out_on: string | null; outcome: string | null; reasons: readonly { code?: string }[] | null; amount_minor: bigint; offer_minor: bigint | null;
  term_months: number; offer_months: number | null; annual_rate: string | null; apr: string | null; offered_on: string | null; purpose: string | null; monthly_income: string | null; debt_to_income: string | null; score: number | null;
}

const CHUNK = 500;

/** The yearly loan/application register of applications for the products named in its settings: what was asked, what was done and when. */
export const hmda: ReportKind = {
  fileName: ({ period }) => `hmda-lar-${period.to.slice(0, 4)}.txt`,
  contentType: "text/plain; charset=us-ascii",
  correctable: false,
  make: async (tx, ctx, { period, settings }, sink) => {
    const known = hmdaSettings(settings);
    const rows = await tx.rows<Row>("reporting.hmda.dispositions",
      `SELECT d.number, d.party_id, d.state, d.submitted_on, d.state_since, d.decided_on, l.disbursed_date AS paid_out_on, d.outcome, d.reasons, d.amount_minor, d.offer_minor, d.term_months, d.offer_months, d.annual_rate, d.apr, d.offered_on, d.purpose, d.monthly_income, d.debt_to_income, d.score
       FROM origination.report_disposition d LEFT JOIN servicing.report_loan l ON l.loan_account_id = d.loan_account_id
       WHERE d.product_code = ANY($1) AND d.submitted_on IS NOT NULL AND d.state IN ('disbursed', 'declined', 'withdrawn', 'expired') ORDER BY d.number`, [(settings["products"] ?? []) as string[]]);
    const actions: Record<string, number> = {};
    let people = 0;
    for (let at = 0; at < rows.length; at += CHUNK) {
      const chunk = rows.slice(at, at + CHUNK);
      const parties = await getParties(tx, ctx, chunk.flatMap((row) => row.party_id ?? []), { reveal: true });
      for (const row of chunk) {
        const party = row.party_id === null ? undefined : parties.get(row.party_id);
        const d = dispositionOf(row, party?.address ?? null, party?.birthDate ?? null);
        const [action, line] = [actionTaken(d), hmdaLine(d, known)];
        if (action === null || line === null || action.date < period.from || action.date > period.to) continue;
        sink.line(line);
        sink.row(row.number, line, { action: action.code, actionDate: action.date, amount: String(d.amountMinor / 100n), state: row.state });
        actions[action.code] = (actions[action.code] ?? 0) + 1;
        people++;
      }
      await sink.flush();
      sink.progress.step(chunk.length);
    }
    for (const [code, count] of Object.entries(actions)) sink.total(`action ${code}`, count);
    sink.total("people", people);
    return "done";
  },
  check: async (lines) => {
    const faults: string[] = [];
    let at = 0;
    for await (const line of lines) {
      at++;
      if (line.split("|").length !== 110) faults.push(`line ${at}: ${line.split("|").length} fields, not 110`);
    }
    return faults;
  },
};

function dispositionOf(row: Row, address: Disposition["address"], birthDate: string | null): Disposition {
  return {
    number: row.number, state: row.state, submittedOn: row.submitted_on, stateSince: row.state_since, decidedOn: row.decided_on, paidOutOn: row.paid_out_on, outcome: row.outcome, reasonCodes: (row.reasons ?? []).flatMap((r) => r.code ?? []),
    amountMinor: row.offer_minor ?? row.amount_minor, termMonths: row.offer_months ?? row.term_months, annualRate: row.annual_rate, apr: row.apr, offered: row.offered_on !== null, purpose: row.purpose, monthlyIncome: row.monthly_income,
    debtToIncome: row.debt_to_income, score: row.score, address, age: birthDate === null || row.submitted_on === null ? null : age(birthDate, row.submitted_on),
  };
}

function hmdaSettings(settings: Settings): HmdaSettings {
  const table = (name: string) => (settings[name] ?? {}) as Readonly<Record<string, string>>;
  return { lei: setting(settings, "lei"), averagePrimeOfferRates: table("averagePrimeOfferRates"), purposes: table("purposes"), denialReasons: table("denialReasons") };
}
