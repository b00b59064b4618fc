/** The shapes of `loan-golden-cases/1`, as far as the runner reads them. */
export type GoldenTerms = {
  currency: string; rounding: string; principal: string; submitted_on: string; expected_disbursement_on: string;
  schedule_type: "cumulative" | "progressive"; amortization: "equal_installments" | "equal_principal"; calculation_digits?: number;
  interest: {
    rate_percent: string; rate_unit: "year" | "month"; method: "declining_balance" | "flat"; calculation_period?: "daily" | "same_as_installment";
    partial_period?: boolean; days_in_year: string; days_in_month: string;
    recalculation?: null | { compounding: string; rest_frequency: "daily" | "same_as_installment"; rest_interval: number; advance_payment_effect: string; payoff_interest: "to_payoff_date" | "to_next_rest_date" };
  };
  term: { length: number; unit: string };
  installments: { count: number; every: number; unit: "days" | "weeks" | "months" | "years"; periods?: { nr: number; from_date: string; due_date: string }[] };
  fixed_length_days: number | null; fixed_installment_amount: string | null; installment_rounding_multiple: number | null;
  grace: { principal_installments: number; interest_installments: number };
  first_due_date_counted_from: "disbursement_date" | "submission_date";
  down_payment: null | { percent: string; auto_collect: boolean };
  multi_disbursement: { allowed: boolean; max_tranches: number | null; max_outstanding: string | null };
  over_approval_percent: number | null;
  allocation: { strategy: string; direction?: "horizontal" | "vertical"; order?: string[]; future_installment_rule?: Record<string, string> };
  chargeback_credit_order: string[] | null;
  product_charges: { code: string; penalty: boolean; timing: string; basis: string; amount: string }[];
  arrears_grace_days: number; installment_level_delinquency: boolean; last_installment_principal_threshold_percent: string;
};

export type GoldenTarget = { step?: number; nth?: number; type?: string; on?: string; amount?: string; latest_charge?: string; due_date?: string; latest_waiver?: boolean };

export type GoldenStep = {
  do: string; business_date?: string; date?: string; amount?: string; principal?: string; expected_disbursement_on?: string; type?: string; channel?: string;
  same_idempotency_key_as_previous?: boolean; target?: GoldenTarget; charge?: string; penalty?: boolean; timing?: string; basis?: string; percent?: string;
  due_date?: string; from_date?: string; new_due_date?: string; extra_installments?: number; grace_principal_installments?: number; grace_interest_installments?: number;
  new_interest_rate_percent?: string; start_date?: string; end_date?: string; every?: number; unit?: "days" | "weeks" | "months" | "years"; installments?: number;
  fixed_installment_amount?: string; move_next_due_date_to?: string; setting?: string; value?: string | boolean; scope?: string;
  installment_due_date?: string; expect?: Record<string, unknown>; expect_rejected?: string;
};

export type GoldenCase = { id: string; theme: string; flags: string[]; terms: GoldenTerms; steps: GoldenStep[] };
