import { isoDate, parseAmount } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { chargeAdded } from "../events.ts";
import { factOf, lockLoan, productOf } from "../store.ts";
import { carryOut } from "./change-events.ts";

/** Adds the product's charge for a debit that came back; once for each debit, none when the product has none or the loan has ended. */
export async function addBounceCharge(tx: Tx, ctx: Context, input: { loanAccountId: string; collectionId: string; reason: string }): Promise<void> {
  const loan = await lockLoan(tx, input.loanAccountId);
  const { definition } = await productOf(tx, loan.product_version_id);
  const reference = `bounce:${input.collectionId}`;
  if (definition.bounceFee === undefined || loan.status !== "active" || loan.state.events.some((e) => e.type === "chargeAdded" && e.reference === reference)) return;
  const { code, value } = definition.bounceFee;
  const amount = Number(parseAmount(value, loan.currency).minor);
  const today = isoDate(tx.businessDate);
  await carryOut(tx, ctx, loan, [{ type: "chargeAdded", valueDate: today, code, component: "fee", timing: "specified_date", basis: "flat", amount, dueDate: today, reference }], {
    memo: `Debit returned on loan ${loan.number}: ${input.reason}`, action: "loan.charge.added", reason: input.reason,
    published: (change) => [chargeAdded({ ...factOf(loan), eventId: change.events[0]?.id ?? "", code, component: "fee", amountMinor: BigInt(amount) })],
  });
}
