import type { Static } from "typebox";
import type { Money } from "#engine/index.ts";
import type { Modification } from "./commands/modify-loan.ts";
import type { ModificationRequest } from "./contract.ts";
import { problem } from "./problems.ts";

type Asked = Omit<Static<typeof ModificationRequest>, "reason">;

/** The modification a request asks for. May raise modification.invalid, naming each field its kind needs. */
export function modificationOf(ask: Asked, amount: Money | undefined): Modification {
  const missing = (NEEDED[ask.kind] as readonly (keyof Asked)[]).filter((name) => ask[name] === undefined);
  if (missing.length > 0) throw problem("modification.invalid", undefined, { errors: missing.map((name) => ({ pointer: `/${name}`, code: "field.required", detail: "This field is needed for this kind of change." })) });
  const amountMinor = Number(amount?.minor ?? 0n);
  const installments = ask.installments ?? 0;
  switch (ask.kind) {
    case "extend": return { kind: "extend", installments };
    case "defer": return { kind: "defer", installments, interest: ask.interest ?? "accrues" };
    case "pause_interest": return { kind: "pause_interest", from: ask.from ?? "", to: ask.to ?? "" };
    case "capitalise_interest": return { kind: "capitalise_interest", ...(amount === undefined ? {} : { amountMinor }) };
    case "settle": return { kind: "settle", amountMinor, channel: ask.channel ?? "bank_transfer", ...(ask.reference === undefined ? {} : { reference: ask.reference }) };
  }
}

const NEEDED = { extend: ["installments"], defer: ["installments"], pause_interest: ["from", "to"], capitalise_interest: [], settle: ["amount"] } as const satisfies Record<Asked["kind"], readonly (keyof Asked)[]>;
