import { isoDate } from "#engine/index.ts";
import { encode } from "#kernel/codec.ts";
import { makeContext, type Services } from "#kernel/context.ts";
import { databaseAway, isRetryable } from "#kernel/db.ts";
import { requestHash } from "#kernel/idempotency.ts";
import { jobActor, type Actor } from "#kernel/permissions.ts";
import { Problem } from "#kernel/problems.ts";
import { addCharge, recordRepayment, reverseEvent } from "#modules/servicing/index.ts";
import { TENANT } from "./genesis.ts";

/** What a client asks for: one of servicing's commands, under the key that it keeps for all its tries. */
export type Asked = { readonly key: string; readonly client: string; readonly loan: string } & (
  | { readonly command: "repay"; readonly minor: number; readonly valueDate: string; readonly reference?: string }
  | { readonly command: "charge"; readonly minor: number; readonly dueDate: string }
  | { readonly command: "reverse"; readonly eventId: string });

export interface Answer { readonly status: number; readonly body: string; readonly code?: string }

/** Carries a request out as a route does: key and hash into the context, the command, and errors as the house answers them. */
export async function handle(services: Services, asked: Asked, requestId: string): Promise<Answer> {
  const { key, client, ...body } = asked;
  const ctx = makeContext(services, { tenantId: TENANT, actor: actorOf(client), requestId, idempotency: { key, scope: client, command: asked.command, requestHash: requestHash(asked.command, { id: asked.loan }, body) } });
  const amount = (minor: number) => ({ minor: BigInt(minor), currency: "INR" });
  try {
    const result = asked.command === "repay" ? await recordRepayment(ctx, { loanAccountId: asked.loan, amount: amount(asked.minor), valueDate: asked.valueDate, channel: "cash", reference: asked.reference })
      : asked.command === "charge" ? await addCharge(ctx, { loanAccountId: asked.loan, code: "visit", component: "fee", amount: amount(asked.minor), dueDate: isoDate(asked.dueDate) })
      : await reverseEvent(ctx, { loanAccountId: asked.loan, eventId: asked.eventId, reason: "taken in by mistake" });
    return { status: 201, body: encode(result) };
  } catch (error) {
    if (error instanceof Problem) return { status: error.status, code: error.code, body: error.code };
    if (databaseAway(error) || isRetryable(error)) return { status: 503, code: "service.unavailable", body: "" };
    return { status: 500, body: String((error as Error).stack) };
  }
}

function actorOf(client: string): Actor {
  return { ...jobActor(client), id: client, amountLimits: new Map([["INR", 1_000_000_00n]]) };
}

/** Answers after which a client tries again under the same key. */
export function mayRepeat(answer: Answer): boolean {
  return answer.status === 503 || answer.code === "idempotency.in_flight";
}
