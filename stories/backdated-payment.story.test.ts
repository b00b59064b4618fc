import { story } from "./telling.ts";

// 3,650.00 at 10 % earns exactly 1.00 a day.
story("money that came ten days ago and was only now found counts from its own day", "prairie", `
on 2026-01-15  lend 3650.00 at 10 % over 12 months
    Dr principal_receivable 3650.00     Cr disbursement_clearing 3540.50
                                        Cr deferred_fee_income    109.50

on 2026-02-14  end of day
    Dr interest_receivable 31.00        Cr interest_income 31.00
    Dr deferred_fee_income 9.09                 Cr effective_interest_income 9.09

# 330.00 − 31.00 = 299.00; 3,650.00 − 299.00 = 3,351.00
on 2026-02-15  receive 330.00 by bank_transfer
    Dr bank_clearing 330.00             Cr payments_suspense 330.00
    Dr payments_suspense 330.00         Cr interest_receivable 31.00
                                        Cr principal_receivable 299.00
    Dr deferred_fee_income 7.53                 Cr effective_interest_income 7.53

# 15 February to 19 March are 33 days: 3,351.00 × 0.10 × 33 ÷ 365 = 30.296…
on 2026-03-19  end of day
    Dr interest_receivable 30.30        Cr interest_income 30.30
    Dr deferred_fee_income 14.69                Cr effective_interest_income 14.69
then  principal 3351.00, interest 30.30, DPD 5, next due 2026-03-15, bucket 1-29

# By 10 March 23 days had earned 3,351.00 × 0.10 × 23 ÷ 365 = 21.115…, so 21.12 is paid and 478.88 goes to principal: 2,872.12.
# From then to 20 March 10 days earn 2,872.12 × 0.10 × 10 ÷ 365 = 7.868…, so 7.87 is owed. Of the income taken, 30.30,
# only 21.12 + 7.87 = 28.99 was earned: 1.31 is taken back. The receivable falls by 21.12 + 1.31 = 22.43.
on 2026-03-20  receive 500.00 by bank_transfer of 2026-03-10
    Dr bank_clearing 500.00             Cr payments_suspense 500.00
    Dr payments_suspense 500.00         Cr principal_receivable 478.88
    Dr interest_income 1.31             Cr interest_receivable 22.43
    Dr deferred_fee_income 2.39                 Cr effective_interest_income 2.39
then  principal 2872.12, interest 7.87, DPD 0, next due 2026-04-15, bucket none

# the eleventh day: 8.655…, so 8.66 − 7.87 = 0.79
on 2026-03-20  end of day
    Dr interest_receivable 0.79         Cr interest_income 0.79
then  principal 2872.12, interest 8.66
on 2026-03-21  receive 10.00 by cash of 2026-01-14 is refused: repayment.invalid
on 2026-03-21  receive 10.00 by cash of 2026-03-22 is refused: repayment.invalid
`);
