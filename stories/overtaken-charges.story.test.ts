import { story } from "./telling.ts";

// 3,650.00 at 10 % earns exactly 1.00 a day.
story("a late fee falls when the money is found to have come within the days of grace, and is back when that money goes back", "prairie", `
on 2026-01-15  lend 3650.00 at 10 % over 12 months
    Dr principal_receivable 3650.00     Cr disbursement_clearing 3540.50
                                        Cr deferred_fee_income    109.50

# 31 days
on 2026-02-14  end of day
    Dr interest_receivable 31.00        Cr interest_income 31.00
    Dr deferred_fee_income 9.09                 Cr effective_interest_income 9.09

on 2026-02-15  receive 330.00 by bank_transfer
    Dr bank_clearing 330.00             Cr payments_suspense 330.00
    Dr payments_suspense 330.00         Cr interest_receivable 31.00
                                        Cr principal_receivable 299.00
    Dr deferred_fee_income 7.53                 Cr effective_interest_income 7.53

# 40 days: 3,351.00 × 0.10 × 40 ÷ 365 = 36.723…; the eleventh day after the 15th brings the fee
on 2026-03-26  end of day
    Dr interest_receivable 36.72        Cr interest_income 36.72
    Dr penalty_receivable 25.00         Cr penalty_income 25.00
    Dr deferred_fee_income 19.06                Cr effective_interest_income 19.06

# By 20 March 33 days had earned 30.296…: 330.00 − 30.30 = 299.70, so 3,051.30 is left. 7 days on it are 5.851…; of 36.72 taken
# 36.15 was earned, 0.57 goes back. The fifth day is within the ten of grace: no fee.
on 2026-03-27  receive 330.00 by cheque of 2026-03-20
    Dr bank_clearing 330.00             Cr payments_suspense 330.00
    Dr payments_suspense 330.00         Cr principal_receivable 299.70
    Dr interest_income 0.57             Cr interest_receivable 30.87
    Dr penalty_income 25.00             Cr penalty_receivable 25.00
    Dr deferred_fee_income 0.19                 Cr effective_interest_income 0.19
then  principal 3051.30, interest 5.85, penalties 0.00, DPD 0, next due 2026-04-15, bucket none

# the eighth day: 6.687…, so 6.69 − 5.85 = 0.84
on 2026-03-27  end of day
    Dr interest_receivable 0.84         Cr interest_income 0.84

# As if it had never come: 41 days on 3,351.00 are 37.641…; 36.99 was taken, 0.65 more is earned, and the delay has its fee.
on 2026-03-28  the payment of 2026-03-20 is returned
    Dr payments_suspense 330.00         Cr bank_clearing 330.00
    Dr interest_receivable 30.95        Cr payments_suspense 330.00
    Dr principal_receivable 299.70      Cr interest_income 0.65
    Dr penalty_receivable 25.00         Cr penalty_income 25.00
    Dr deferred_fee_income 0.26                 Cr effective_interest_income 0.26
then  principal 3351.00, interest 37.64, penalties 25.00, DPD 13
`);

story("a penal charge for a month is made one for ten days when the money is found to have come after ten", "bharat", `
on 2026-01-15  lend 12000.00 at 24 % over 3 months
    Dr principal_receivable 12000.00    Cr disbursement_clearing 11410.00
                                        Cr deferred_fee_income 500.00
                                        Cr tax_payable 90.00
on 2026-02-14  end of day
    Dr interest_receivable 240.00       Cr interest_income 240.00
    Dr deferred_fee_income 134.30               Cr effective_interest_income 134.30

# What is overdue earns no interest: 8,079.00 × 0.24 ÷ 12 = 161.58
on 2026-03-14  end of day
    Dr interest_receivable 161.58       Cr interest_income 161.58
    Dr deferred_fee_income 194.77               Cr effective_interest_income 194.77

# 4,161.00 × 0.24 × 28 ÷ 365 = 76.607…; one of 31 days of the third month: 4,079.58 × 0.24 ÷ 12 ÷ 31 = 2.632…
on 2026-03-15  end of day
    Dr interest_receivable 2.63         Cr interest_income 2.63
    Dr penalty_receivable 76.61         Cr penalty_income 76.61
then  penalties 76.61

# 4,161.00 × 0.24 × 10 ÷ 365 = 27.36: 49.25 less
on 2026-03-16  receive 4161.00 by cheque of 2026-02-25
    Dr bank_clearing 4161.00            Cr payments_suspense 4161.00
    Dr payments_suspense 4161.00        Cr interest_receivable 240.00
    Dr penalty_income 49.25             Cr principal_receivable 3921.00
                                        Cr penalty_receivable 49.25
then  principal 8079.00, penalties 27.36
`);
