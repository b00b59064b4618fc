import { story } from "./telling.ts";

// 3,650.00 at 10 % earns exactly 1.00 a day.
story("a US loan nobody pays is taken to loss by two people, and the debt is recovered after all", "prairie", `
on 2026-01-15  lend 3650.00 at 10 % over 12 months
    Dr principal_receivable 3650.00     Cr disbursement_clearing 3540.50
                                        Cr deferred_fee_income    109.50

# 42 days; the first installment is eleven days late
on 2026-02-25  end of day
    Dr interest_receivable 42.00        Cr interest_income 42.00
    Dr deferred_fee_income 17.50                Cr effective_interest_income 17.50
then  interest 42.00, penalties 0.00, DPD 11, bucket 1-29, class current

# the day after ten days of grace: a late fee of 25.00
on 2026-02-26  end of day
    Dr interest_receivable 1.00         Cr interest_income 1.00
    Dr penalty_receivable 25.00         Cr penalty_income 25.00
    Dr deferred_fee_income 4.77                 Cr effective_interest_income 4.77

# 17 + 28 + 31 = 76 days in all; the second installment's late fee came on 26 March
on 2026-03-31  end of day
    Dr interest_receivable 33.00        Cr interest_income 33.00
    Dr penalty_receivable 25.00         Cr penalty_income 25.00
    Dr deferred_fee_income 15.59                Cr effective_interest_income 15.59
then  principal 3650.00, interest 76.00, penalties 50.00, DPD 45, bucket 30-59, class past_due_30

# 3,650.00 + 76.00 + 50.00 = 3,776.00; interest not yet earned is no loss
on 2026-04-01  two people take it to loss
    Dr charge_off_expense 3776.00       Cr principal_receivable 3650.00
                                        Cr interest_receivable 76.00
                                        Cr penalty_receivable 50.00
    Dr deferred_fee_income 71.64                Cr charge_off_expense 71.64
then  status charged_off, principal 0.00, interest 0.00, penalties 0.00, still owed 3776.00, next due never, bucket none

# a loan taken to loss earns nothing more
on 2026-04-30  end of day
then  still owed 3776.00
on 2026-05-01  receive 1000.00 by bank_transfer
    Dr bank_clearing 1000.00            Cr payments_suspense 1000.00
    Dr payments_suspense 1000.00        Cr recovery_income 1000.00
then  status charged_off, still owed 2776.00
on 2026-05-01  the payment of 2026-05-01 is returned
    Dr payments_suspense 1000.00        Cr bank_clearing 1000.00
    Dr recovery_income 1000.00          Cr payments_suspense 1000.00
then  still owed 3776.00

on 2026-05-01  receive 1500.00 by bank_transfer
    Dr bank_clearing 1500.00            Cr payments_suspense 1500.00
    Dr payments_suspense 1500.00        Cr recovery_income 1500.00
on 2026-05-31  end of day
on 2026-06-01  receive 2276.00 by bank_transfer
    Dr bank_clearing 2276.00            Cr payments_suspense 2276.00
    Dr payments_suspense 2276.00        Cr recovery_income 2276.00
then  status closed, still owed 0.00
on 2026-06-01  receive 1.00 by cash is refused: loan.not_active
`);
