import type { ReportKind } from "./kind.ts";
import { amountText, checkRegister, writeRegister } from "./register.ts";

interface Given { number: string; offer_id: string; product_code: string; currency: string; made_on: string; expires_on: string; state: string; amount_minor: bigint; term_months: number; annual_rate: string; apr: string; installment_minor: bigint; schedule_hash: string; signed_on: string | null; agreement_sha256: string | null; loan_number: string | null }

/** The register of key facts statements given in a period: when, at which yearly cost, and the hashes that tie each to the schedule offered and the agreement signed. */
export const keyFactsRegister: ReportKind = {
  fileName: ({ period }) => `key-facts-register-${period.to.slice(0, 7)}.csv`,
  contentType: "text/csv; charset=utf-8",
  correctable: false,
  make: async (tx, _ctx, { period }, sink) => {
    const rows = await tx.rows<Given>("reporting.key_facts.given",
      "SELECT number, offer_id, product_code, currency, made_on, expires_on, state, amount_minor, term_months, annual_rate, apr, installment_minor, schedule_hash, signed_on, agreement_sha256, loan_number FROM origination.report_key_facts WHERE made_on BETWEEN $1 AND $2 ORDER BY made_on, offer_id", [period.from, period.to]);
    writeRegister(sink, ["application", "product", "given", "validUntil", "state", "currency", "amount", "months", "annualRate", "apr", "installment", "scheduleHash", "signed", "agreementSha256", "loan"], rows.map((r) => ({
      key: r.offer_id,
      cells: {
        application: r.number, product: r.product_code, given: r.made_on, validUntil: r.expires_on, state: r.state, currency: r.currency, amount: amountText(r.amount_minor), months: r.term_months, annualRate: r.annual_rate, apr: r.apr, installment: amountText(r.installment_minor),
        scheduleHash: r.schedule_hash, signed: r.signed_on, agreementSha256: r.agreement_sha256, loan: r.loan_number,
      },
    })));
    sink.total("statements", rows.length);
    sink.total("signed", rows.filter((r) => r.signed_on !== null).length);
    await sink.flush();
    return "done";
  },
  check: checkRegister,
};
