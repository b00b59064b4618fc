import { story } from "./telling.ts";

// Equal periods of a month: 24 % ÷ 12 = 2 % a month. The processing fee is 2 % of 12,000.00 = 240.00, but 500.00 at least; 18 % GST on it is 90.00.
// EMI in whole rupees: 12,000.00 × 0.02 ÷ (1 − 1.02^-3) = 4,161.06, so 4,161.00; the last installment takes what is left.
story("an Indian EMI loan is paid on its due dates, a little too much at the end, and closed", "bharat", `
on 2026-01-15  lend 12000.00 at 24 % over 3 months
    Dr principal_receivable 12000.00    Cr disbursement_clearing 11410.00
                                        Cr deferred_fee_income    500.00
                                        Cr tax_payable              90.00

# 12,000.00 × 2 % = 240.00
on 2026-02-14  end of day
    Dr interest_receivable 240.00       Cr interest_income 240.00
    Dr deferred_fee_income 134.30               Cr effective_interest_income 134.30
then  principal 12000.00, interest 240.00, DPD 0, next due 2026-02-15

# 4,161.00 − 240.00 = 3,921.00; 12,000.00 − 3,921.00 = 8,079.00
on 2026-02-15  receive 4161.00 by bank_transfer
    Dr bank_clearing 4161.00            Cr payments_suspense 4161.00
    Dr payments_suspense 4161.00        Cr interest_receivable 240.00
                                        Cr principal_receivable 3921.00
then  principal 8079.00, interest 0.00, DPD 0, next due 2026-03-15, class standard

# 8,079.00 × 2 % = 161.58
on 2026-03-14  end of day
    Dr interest_receivable 161.58       Cr interest_income 161.58
    Dr deferred_fee_income 194.77               Cr effective_interest_income 194.77

# 4,161.00 − 161.58 = 3,999.42; 8,079.00 − 3,999.42 = 4,079.58
on 2026-03-15  receive 4161.00 by bank_transfer
    Dr bank_clearing 4161.00            Cr payments_suspense 4161.00
    Dr payments_suspense 4161.00        Cr interest_receivable 161.58
                                        Cr principal_receivable 3999.42
then  principal 4079.58, next due 2026-04-15

# 4,079.58 × 2 % = 81.5916, so 81.59; the last installment is 4,079.58 + 81.59 = 4,161.17
on 2026-04-14  end of day
    Dr interest_receivable 81.59        Cr interest_income 81.59
    Dr deferred_fee_income 131.74               Cr effective_interest_income 131.74

# 4,200.00 − 4,161.17 = 38.83 too much
on 2026-04-15  receive 4200.00 by bank_transfer
    Dr bank_clearing 4200.00            Cr payments_suspense 4200.00
    Dr payments_suspense 4200.00        Cr interest_receivable 81.59
                                        Cr principal_receivable 4079.58
                                        Cr overpayment_liability 38.83
    Dr deferred_fee_income 39.19                Cr effective_interest_income 39.19
then  status overpaid, principal 0.00, interest 0.00, overpaid 38.83, next due never

on 2026-04-15  refund the overpayment
    Dr overpayment_liability 38.83      Cr refund_payable 38.83
then  status closed, overpaid 0.00
on 2026-04-15  receive 1.00 by cash is refused: loan.not_active
`);
