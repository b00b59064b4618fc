import { aprIndiaMonthly } from "#engine/apr-india.ts";
import { aprRegulationZ } from "#engine/apr-regz.ts";
import type { IsoDate } from "#engine/index.ts";
import type { ProductDefinition } from "../definition.ts";

export interface AprInput {
  /** What the borrower has in hand, minor units. */
  readonly netMinor: number;
  readonly disbursementDate: IsoDate;
  readonly rows: readonly { readonly dueDate: IsoDate; readonly total: number }[];
}

/**
 * Yearly cost as the regime counts it, in parts per billion, to a hundredth of a per cent as it is printed. Zero where the borrower pays back no more than they got.
 * @throws RangeError  no rate explains the payments
 * @source             RBI, "Key Facts Statement (KFS) for Loans & Advances", 15 April 2024, annex B; 12 CFR 1026, appendix J
 */
export function aprPpb(regime: ProductDefinition["regime"], { netMinor, disbursementDate, rows }: AprInput): number {
  if (rows.reduce((sum, row) => sum + row.total, 0) <= netMinor) return 0;
  const yearly = regime === "IN_RBI"
    ? aprIndiaMonthly(netMinor, rows.map((row) => row.total))
    : aprRegulationZ([{ date: disbursementDate, amount: netMinor }], rows.map((row) => ({ date: row.dueDate, amount: row.total })));
  if (yearly === null) throw new RangeError("no rate explains these payments");
  return Math.round(yearly * 10_000) * 100_000;
}
