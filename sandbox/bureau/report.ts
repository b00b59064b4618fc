import type { BureauPerson } from "../schemas.ts";

/** What the bureau says about a person on one day. Amounts are decimal text in the country's currency. */
export interface Tradeline {
  readonly id: string;
  readonly lenderType: string;
  readonly kind: string;
  readonly openedDate: string;
  readonly closedDate: string | null;
  readonly status: "open" | "closed" | "written_off";
  readonly currency: string;
  readonly limit: string | null;
  readonly amount: string | null;
  readonly balance: string;
  readonly monthlyPayment: string;
  readonly overdue: string;
  readonly grid: readonly { readonly month: string; readonly dpd: number }[];
}

export interface PastEnquiry {
  readonly date: string;
  readonly lender: string;
  readonly kind: "soft" | "hard";
}

export interface Score {
  readonly model: string;
  readonly value: number;
  readonly range: { readonly low: number; readonly high: number };
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
}

export interface Summary {
  readonly tradelines: number;
  readonly openTradelines: number;
  readonly balance: string;
  readonly overdue: string;
  readonly monthlyPayment: string;
  readonly worstDpd12: number;
  readonly worstDpd36: number;
  readonly enquiries90Days: number;
  readonly oldestOpenedDate: string | null;
  readonly writtenOff: number;
  readonly currency: string;
}

export interface Report {
  readonly reportId: string;
  readonly reference: string;
  readonly kind: "soft" | "hard";
  readonly asOf: string;
  readonly outcome: "hit" | "no_record";
  readonly person: (Omit<BureauPerson, "address"> & { readonly address: BureauPerson["address"] }) | null;
  readonly score: Score | null;
  readonly tradelines: readonly Tradeline[];
  readonly enquiries: readonly PastEnquiry[];
  readonly summary: Summary;
}

export type Country = "IN" | "US";
export const currencyOf = (country: Country): string => (country === "IN" ? "INR" : "USD");

export const SCORE_MODELS = {
  IN: { model: "SANDBOX-IN-1", range: { low: 300, high: 900 } },
  US: { model: "SANDBOX-US-1", range: { low: 300, high: 850 } },
} as const;
