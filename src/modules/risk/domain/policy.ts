import { parseRate } from "#engine/index.ts";
import type { FieldError } from "#kernel/problems.ts";

/** A range of days past due (or months on the books); `to` is null for the open last one. Shares are decimal fractions as text. */
export interface Band { readonly from: number; readonly to: number | null }

/** Rates by class, as a regulator writes them. With contagion the worst loan of a borrower classifies all of that borrower's. */
export interface IracPolicy {
  readonly method: "irac";
  readonly bands: readonly (Band & { readonly class: string; readonly rate: string })[];
  readonly contagion: boolean;
}

/**
 * Stages by days past due or by a class that stands for a significant increase of risk; probability of default by days past due and product.
 * Stage 1 bears twelve months' loss, stage 2 the loss of the remaining life, stage 3 counts as defaulted.
 */
export interface StagePolicy {
  readonly method: "ifrs9";
  readonly stage2From: number;
  readonly stage3From: number;
  readonly stage2Classes: readonly string[];
  readonly pd: readonly { readonly product: string; readonly bands: readonly (Band & { readonly pd: string })[] }[];
  readonly lgd: readonly { readonly product: string; readonly lgd: string }[];
  readonly overlays: readonly { readonly product: string; readonly stage: "1" | "2" | "3"; readonly factor: string; readonly reason: string }[];
}

/** Lifetime loss rates by pool (product) and age in months, with an adjustment for what history does not show. */
export interface PoolPolicy {
  readonly method: "cecl";
  readonly pools: readonly { readonly product: string; readonly bands: readonly (Band & { readonly rate: string })[] }[];
  readonly adjustment: { readonly plus: string; readonly reason: string } | null;
}

export type ProvisionPolicy = IracPolicy | StagePolicy | PoolPolicy;

/** The entry for a product, or the one for all others ("*"). */
export function forProduct<T extends { readonly product: string }>(entries: readonly T[], product: string): T | undefined {
  return entries.find((e) => e.product === product) ?? entries.find((e) => e.product === "*");
}

/** Every fault by which a policy could not give each loan exactly one rate; empty: it can be used. */
export function policyFaults(policy: ProvisionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, code: string, detail: string) => errors.push({ pointer: `/definition/${pointer}`, code: `provision_policy.${code}`, detail });
  const bands = (at: string, list: readonly Band[]) => {
    list.forEach((band, i) => {
      const wanted = i === 0 ? 0 : (list[i - 1]?.to ?? Number.NaN) + 1;
      if (band.from !== wanted) refuse(`${at}/${i}/from`, "gap", Number.isNaN(wanted) ? "Nothing can follow an open band." : `This band must begin at ${wanted}, so that no loan falls between two.`);
      if (band.to !== null && band.to < band.from) refuse(`${at}/${i}/to`, "gap", "A band must not end before it begins.");
    });
    if (list.at(-1)?.to !== null) refuse(`${at}/${Math.max(0, list.length - 1)}/to`, "gap", "The last band must be open (null).");
  };
  const share = (at: string, text: string) => {
    if (parseRate(text).ppb > 1_000_000_000n) refuse(at, "share", "A share lies between 0 and 1.");
  };
  const everyProduct = (at: string, entries: readonly { readonly product: string }[]) => {
    if (!entries.some((e) => e.product === "*")) refuse(at, "gap", "One entry must stand for all other products: \"*\".");
    if (new Set(entries.map((e) => e.product)).size !== entries.length) refuse(at, "twice", "A product stands here twice.");
  };
  switch (policy.method) {
    case "irac":
      bands("bands", policy.bands);
      policy.bands.forEach((b, i) => share(`bands/${i}/rate`, b.rate));
      break;
    case "ifrs9":
      if (!(policy.stage2From < policy.stage3From)) refuse("stage3From", "stages", "Stage 3 begins after stage 2.");
      everyProduct("pd", policy.pd);
      everyProduct("lgd", policy.lgd);
      policy.pd.forEach((entry, i) => {
        bands(`pd/${i}/bands`, entry.bands);
        entry.bands.forEach((b, k) => share(`pd/${i}/bands/${k}/pd`, b.pd));
      });
      policy.lgd.forEach((entry, i) => share(`lgd/${i}/lgd`, entry.lgd));
      break;
    case "cecl":
      everyProduct("pools", policy.pools);
      policy.pools.forEach((entry, i) => {
        bands(`pools/${i}/bands`, entry.bands);
        entry.bands.forEach((b, k) => share(`pools/${i}/bands/${k}/rate`, b.rate));
      });
      break;
  }
  return errors;
}
