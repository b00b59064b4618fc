import { aprIndiaMonthly } from "#engine/apr-india.ts";
import { aprRegulationZ } from "#engine/apr-regz.ts";
import { buildSchedule, EngineRefusal, type LoanTerms, type Schedule } from "#engine/index.ts";
import { LabFault, termsOf, type LabInput } from "./terms.ts";

export interface LabResult { readonly terms: LoanTerms; readonly schedule: Schedule; readonly aprUnited: number | null; readonly aprIndia: number | null; readonly milliseconds: number }
export interface LabRefusal { readonly field: keyof LabInput | null; readonly code: string; readonly message: string }

/** Terms, schedule and yearly costs of what was typed, or why there are none. */
export function reckon(input: LabInput): LabResult | LabRefusal {
  const began = performance.now();
  try {
    const terms = termsOf(input);
    const schedule = buildSchedule(terms);
    const net = terms.principal - schedule.feesAtDisbursement;
    const payments = schedule.rows.map((row) => ({ date: row.dueDate, amount: row.total }));
    const cost = (work: () => number | null) => {
      try {
        return net > 0 && schedule.totals.total > net ? work() : null;
      } catch {
        return null; // no rate explains such payments: the page says so by showing none
      }
    };
    return {
      terms, schedule, milliseconds: performance.now() - began, aprUnited: cost(() => aprRegulationZ([{ date: terms.disbursementDate, amount: net }], payments)),
      aprIndia: terms.installments.unit === "months" && terms.installments.every === 1 ? cost(() => aprIndiaMonthly(net, schedule.rows.map((row) => row.total))) : null,
    };
  } catch (error) {
    if (error instanceof LabFault) return { field: error.field, code: "field", message: error.message };
    if (error instanceof EngineRefusal) return { field: null, code: error.code, message: error.message };
    if (error instanceof RangeError) return { field: null, code: "terms", message: error.message };
    throw error;
  }
}
