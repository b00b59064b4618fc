import type { Static } from "typebox";
import type { Tx } from "#kernel/db.ts";
import type { OfferedProduct } from "../contract.ts";
import { getProductVersion, type ProductVersion } from "../store.ts";

/** Every product of the lender with a version in force today, as a visitor may know it: limits, rates, fees; nothing of how we weigh. */
export async function offeredProducts(tx: Tx): Promise<Static<typeof OfferedProduct>[]> {
  const rows = await tx.rows<{ version_id: string }>("products.offered.list", `
    SELECT v.id AS version_id FROM products.product p CROSS JOIN LATERAL (
      SELECT w.id FROM products.product_version w WHERE w.tenant_id = p.tenant_id AND w.product_id = p.id AND w.state = 'published' AND w.effective_from <= $1::date
      ORDER BY w.effective_from DESC, w.number DESC LIMIT 1) v ORDER BY p.created_at, p.code`, [tx.businessDate]);
  const offered: Static<typeof OfferedProduct>[] = [];
  for (const row of rows) offered.push(face(await getProductVersion(tx, row.version_id)));
  return offered;
}

function face({ code, name, currency, definition: d }: ProductVersion): Static<typeof OfferedProduct> {
  const { bands } = d.pricing;
  const late = d.lateFee;
  return {
    code, name, currency, regime: d.regime, limits: { ...d.limits, terms: [...d.limits.terms] }, fromRate: bands[0]?.annualRate ?? "0", toRate: bands.at(-1)?.annualRate ?? "0",
    fees: d.fees.map((fee) => ({ code: fee.code, label: { ...fee.label }, basis: fee.basis, value: fee.value, minimum: fee.minimum ?? null, maximum: fee.maximum ?? null, taxRate: fee.taxRate ?? null, deducted: fee.deducted })),
    penalCharge: d.penalCharge === null ? null : { ...d.penalCharge }, lateFee: late === null ? null : { basis: late.basis, value: late.value, graceDays: late.graceDays }, prepayment: d.schedule.prepayment,
    papers: d.checklist.map((paper) => ({ code: paper.code, label: { ...paper.label }, anyOf: [...paper.anyOf] })),
  };
}
