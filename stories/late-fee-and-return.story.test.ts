import { story } from "./telling.ts";

// Interest by the day on the principal really owed, over 365 days. The origination fee is 3 % of 10,000.00.
story("a US loan is paid late with a late fee, the payment comes back, the fee is waived and the money comes again", "prairie", `
on 2026-01-15  lend 10000.00 at 12 % over 12 months
    Dr principal_receivable 10000.00    Cr disbursement_clearing 9700.00
                                        Cr deferred_fee_income    300.00

# 15 January to 14 February are 31 days: 10,000.00 × 0.12 × 31 ÷ 365 = 101.917…
# Of the fee the loan's yield earns 45.13 by 15 February; 17 of the 31 days until then are January's, and its end takes 24.75.
on 2026-02-14  end of day
    Dr interest_receivable 101.92       Cr interest_income 101.92
    Dr deferred_fee_income 24.75                Cr effective_interest_income 24.75

# 888.26 − 101.92 = 786.34; 10,000.00 − 786.34 = 9,213.66
on 2026-02-15  receive 888.26 by bank_transfer
    Dr bank_clearing 888.26             Cr payments_suspense 888.26
    Dr payments_suspense 888.26         Cr interest_receivable 101.92
                                        Cr principal_receivable 786.34
then  principal 9213.66, interest 0.00, DPD 0, next due 2026-03-15

# 15 February to 15 March are 29 days: 9,213.66 × 0.12 × 29 ÷ 365 = 87.845…; the installment of the 15th was not paid
on 2026-03-15  end of day
    Dr interest_receivable 87.85        Cr interest_income 87.85
    Dr deferred_fee_income 59.38                Cr effective_interest_income 59.38
then  DPD 1, past due 888.26, bucket 1-29

# ten days of grace: no fee yet. 39 days: 118.137…, so 118.14 − 87.85 = 30.29
on 2026-03-25  end of day
    Dr interest_receivable 30.29        Cr interest_income 30.29
    Dr deferred_fee_income 1.16                 Cr effective_interest_income 1.16
then  penalties 0.00, DPD 11

# the eleventh day brings the fee. 40 days: 121.166…, so 121.17 − 118.14 = 3.03
on 2026-03-26  end of day
    Dr interest_receivable 3.03         Cr interest_income 3.03
    Dr penalty_receivable 25.00         Cr penalty_income 25.00
    Dr deferred_fee_income 11.82                Cr effective_interest_income 11.82
then  interest 121.17, penalties 25.00, DPD 12

# fee first, then interest: 913.26 − 25.00 − 121.17 = 767.09; 9,213.66 − 767.09 = 8,446.57
on 2026-03-27  receive 913.26 by bank_transfer
    Dr bank_clearing 913.26             Cr payments_suspense 913.26
    Dr payments_suspense 913.26         Cr penalty_receivable 25.00
                                        Cr interest_receivable 121.17
                                        Cr principal_receivable 767.09
then  principal 8446.57, interest 0.00, penalties 0.00, DPD 0, next due 2026-04-15, bucket none

# 27 to 31 March are 5 days: 8,446.57 × 0.12 × 5 ÷ 365 = 13.884…
on 2026-03-31  end of day
    Dr interest_receivable 13.88        Cr interest_income 13.88
    Dr deferred_fee_income 6.38                 Cr effective_interest_income 6.38

# As if it had never come: 45 days on 9,213.66 are 136.311…, so 136.31 is owed. 13.88 + 121.17 were taken: 1.26 more is earned,
# and 136.31 − 13.88 = 122.43 goes back onto the receivable.
on 2026-04-01  the payment of 2026-03-27 is returned
    Dr payments_suspense 913.26         Cr bank_clearing 913.26
    Dr interest_receivable 122.43       Cr payments_suspense 913.26
    Dr principal_receivable 767.09      Cr interest_income 1.26
    Dr penalty_receivable 25.00
    Dr effective_interest_income 0.25           Cr deferred_fee_income 0.25
then  principal 9213.66, interest 136.31, penalties 25.00, DPD 17, past due 888.26, next due 2026-03-15

on 2026-04-01  waive late_fee
    Dr waiver_expense 25.00             Cr penalty_receivable 25.00
then  penalties 0.00

# 47 days: 142.369…, so 142.37 − 136.31 = 6.06
on 2026-04-02  end of day
    Dr interest_receivable 6.06         Cr interest_income 6.06
    Dr deferred_fee_income 1.24                 Cr effective_interest_income 1.24

# 888.26 − 142.37 = 745.89; 9,213.66 − 745.89 = 8,467.77
on 2026-04-03  receive 888.26 by bank_transfer
    Dr bank_clearing 888.26             Cr payments_suspense 888.26
    Dr payments_suspense 888.26         Cr interest_receivable 142.37
                                        Cr principal_receivable 745.89
    Dr deferred_fee_income 1.25                 Cr effective_interest_income 1.25
then  principal 8467.77, interest 0.00, DPD 0, next due 2026-04-15
`);
