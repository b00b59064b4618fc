import { decide } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { createProduct, proposePublication, type NewProductInput } from "./manage-versions.ts";

/**
 * Makes and publishes a product in one go, with the two people it takes: what setting up a lender does.
 * @param maker    holds product.version.edit
 * @param checker  somebody else who holds product.version.publish
 */
export async function installProduct(maker: Context, checker: Context, input: NewProductInput, effectiveFrom: string): Promise<{ productId: string; productVersionId: string }> {
  const made = await createProduct(maker, input);
  const request = await proposePublication(maker, made.productVersionId, effectiveFrom);
  await decide(checker, request.id, "approve", undefined);
  return made;
}
