import { restingModel } from "./model.ts";
import type { Model } from "./model.ts";
import { classicRows, installRows } from "./structure.ts";
import type { LoanTerms } from "./terms.ts";

/** Classic rows redrawn from the real balance. */
export function recalculatedModel(_terms: LoanTerms): Model {
  return {
    ...restingModel,
    begin: (work, shaping) => { if (shaping.some((e) => e.type === "disbursed")) installRows(work, classicRows(work.terms, shaping)); },
  };
}
