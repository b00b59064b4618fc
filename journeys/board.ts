import assert from "node:assert/strict";
import { formatRate, isoDate, money, parseAmount, rate, toMoneyJson } from "#engine/index.ts";
import { quote } from "#modules/products/index.ts";
import type { Page, Stage } from "./support.ts";

interface VersionShown { readonly id: string; readonly code: string; readonly number: number; readonly name: string; readonly definitionHash: string; readonly currency: string }

/** A funded loan handed over by another system on the lender's first business date, through the same door it would use. */
export async function boardLoan(stage: Stage, lender: "prairie", loan: { amount: string; months: number; rate: string }): Promise<{ id: string; number: string }> {
  const page = await stage.staff("operations", { lender });
  const read = async <T>(path: string) => (await (await page.request.get(`/v1${path}`)).json()) as T;
  const { businessDate, currency } = await read<{ businessDate: string; currency: string }>("/lender");
  const [row] = (await read<{ items: readonly VersionShown[] }>("/product-versions?filter=state:eq:published")).items;
  assert.ok(row !== undefined, "the lender has no product");
  const version = await read<VersionShown & { definition: never }>(`/product-versions/${row.id}`);
  const quoted = quote(version as never, { amount: parseAmount(loan.amount, currency), termMonths: loan.months, annualRate: loan.rate, disbursementDate: isoDate(businessDate) });
  const m = (minor: number) => toMoneyJson(money(minor, currency));
  const file = {
    format: "loanwright-funded-loan/1", fileId: "flf_journey", madeAt: `${businessDate}T05:00:00.000Z`, lender: { slug: "sender", name: "Sender", country: "US" }, application: { id: "app_journey", number: "AP1" },
    product: { code: version.code, version: version.number, name: version.name, definitionHash: version.definitionHash },
    loan: {
      reference: "AP1", branchId: null, amount: m(quoted.amountMinor), netDisbursed: m(quoted.netDisbursedMinor), annualRate: formatRate(rate(quoted.terms.interest.ratePpb)), valueDate: quoted.terms.disbursementDate, firstDueDate: quoted.firstDueDate, lastDueDate: quoted.lastDueDate,
      installment: m(quoted.installmentMinor), terms: JSON.parse(JSON.stringify(quoted.terms)) as unknown, scheduleHash: quoted.scheduleHash, totals: { principal: m(quoted.amountMinor), interest: m(quoted.interestMinor), fees: m(quoted.feesMinor), installments: quoted.schedule.rows.length },
    },
    parties: [{ role: "borrower", givenName: "Ellen", familyName: "Moore", birthDate: "1985-03-02", phone: "+14025550123", email: "ellen.moore@example.com", address: null, identifiers: [] }],
    events: [{ type: "disbursed", valueDate: quoted.terms.disbursementDate, businessDate, amount: m(quoted.amountMinor) }],
  };
  const answer = await page.request.post("/v1/boarding", { data: { loans: [file] }, headers: { "idempotency-key": "journey-boarding-1" } });
  const { loans } = (await answer.json()) as { loans?: readonly { loanAccountId: string; number: string; errors: unknown }[] };
  assert.ok(loans?.[0]?.loanAccountId, `boarding answered ${await answer.text()}`);
  await page.context().close();
  return { id: loans[0].loanAccountId, number: loans[0].number };
}

/** The lender's oldest running loans as the list shows them. */
export async function runningLoans(page: Page): Promise<readonly { id: string; number: string; borrowerName: string }[]> {
  return ((await (await page.request.get("/v1/loan-accounts?filter=status:eq:active&sort=bookedDate")).json()) as { items: readonly { id: string; number: string; borrowerName: string }[] }).items;
}
