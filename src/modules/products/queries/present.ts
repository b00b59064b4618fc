import { money, toMoneyJson } from "#engine/index.ts";
import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import type { QuoteJson, VersionJson } from "../contract.ts";
import type { Quote } from "../domain/quote.ts";
import { problem } from "../problems.ts";
import { publicationFaults } from "./rule-accounts.ts";

/** A quote on the wire. */
export function quoteJson(productVersionId: string, q: Quote): QuoteJson {
  const m = (minor: number) => toMoneyJson(money(minor, q.currency));
  return {
    productVersionId, regime: q.regime, amount: m(q.amountMinor), netDisbursed: m(q.netDisbursedMinor), installment: m(q.installmentMinor), annualRate: q.annualRate, apr: q.apr,
    interest: m(q.interestMinor), fees: m(q.feesMinor), totalCost: m(q.totalCostMinor), totalPaid: m(q.totalPaidMinor), financeCharge: m(q.financeChargeMinor),
    firstDueDate: q.firstDueDate, lastDueDate: q.lastDueDate, installments: q.schedule.rows.length, scheduleHash: q.scheduleHash,
    feeLines: q.fees.map((fee) => ({ code: fee.code, label: { ...fee.label }, amount: m(fee.amountMinor), tax: m(fee.taxMinor), deducted: fee.deducted })),
    rows: q.schedule.rows.map((row) => ({ number: row.number, dueDate: row.dueDate, principal: m(row.principal), interest: m(row.interest), total: m(row.total), balance: m(row.balance) })),
  };
}

interface Row {
  id: string; product_id: string; code: string; name: string; currency: string; number: number; state: "draft" | "published" | "retired"; note: string; effective_from: string | null; made_by: string; made_at: string;
  published_by: string | null; published_at: string | null; definition_hash: string; based_on: string | null; row_version: bigint; definition: Record<string, unknown>;
}

/** One version with its definition and, for a draft, everything that keeps it from being published. May raise product_version.not_found. */
export async function readVersion(tx: Tx, id: string): Promise<Static<typeof VersionJson>> {
  const row = await tx.maybe<Row>("products.version.show",
    `SELECT v.*, p.code, p.name, p.currency FROM products.product_version v JOIN products.product p ON p.tenant_id = v.tenant_id AND p.id = v.product_id WHERE v.id = $1`, [id]);
  if (row === undefined) throw problem("product_version.not_found");
  return {
    id: row.id, productId: row.product_id, code: row.code, name: row.name, currency: row.currency, number: row.number, state: row.state, note: row.note, effectiveFrom: row.effective_from, madeBy: row.made_by,
    madeAt: row.made_at, publishedBy: row.published_by, publishedAt: row.published_at, definitionHash: row.definition_hash, basedOn: row.based_on, rowVersion: Number(row.row_version), definition: row.definition,
    faults: row.state === "draft" ? (await publicationFaults(tx, row.definition, row.currency)).map((fault) => ({ ...fault })) : [],
  };
}
