import { aprOf, buildSchedule, EngineRefusal, type LoanTerms, type Schedule } from "#engine/index.ts";
import { LabFault, termsOf, type LabInput } from "./terms.ts";

export interface LabResult { readonly terms: LoanTerms; readonly schedule: Schedule; readonly aprUnited: number | null; readonly aprIndia: number | null; readonly milliseconds: number }
export interface LabRefusal { readonly field: keyof LabInput | null; readonly code: string; readonly message: string }

/** Terms, schedule and yearly costs of what was typed, or why there are none. */
export function reckon(input: LabInput): LabResult | LabRefusal {
  const began = performance.now();
  try {
    const terms = termsOf(input);
    const schedule = buildSchedule(terms);
    // No rate explains some payments: the page then says so by showing none.
    return { terms, schedule, milliseconds: performance.now() - began, aprUnited: aprOf(terms, "US_REG_Z"), aprIndia: aprOf(terms, "IN_RBI") };
  } catch (error) {
    if (error instanceof LabFault) return { field: error.field, code: "field", message: error.message };
    if (error instanceof EngineRefusal) return { field: null, code: error.code, message: error.message };
    if (error instanceof RangeError) return { field: null, code: "terms", message: error.message };
    throw error;
  }
}
