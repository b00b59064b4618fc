import { story } from "./telling.ts";

// 10,000.00 at 10.95 %: 3.00 of interest a day while all of it is owed; the fee of 3 % is kept back.

story("a US payment recorded late counts from its own day: ten days at the smaller balance are taken back", "prairie", `
on 2026-01-15  lend 10000.00 at 10.95 % over 12 months
    Dr principal_receivable 10000.00            Cr disbursement_clearing 9700.00
                                                Cr deferred_fee_income 300.00
on 2026-01-15  receive 100.00 by ach of 2026-01-14 is refused: repayment.invalid
on 2026-01-15  receive 100.00 by ach of 2026-01-16 is refused: repayment.invalid
on 2026-02-14  end of day
    Dr interest_receivable 93.00                Cr interest_income 93.00
    Dr deferred_fee_income 24.83                Cr effective_interest_income 24.83
on 2026-02-24  end of day
    Dr interest_receivable 30.00                Cr interest_income 30.00
    Dr deferred_fee_income 22.97                Cr effective_interest_income 22.97
then  interest 123.00, DPD 10, past due 883.37, bucket 1-29
# 880.00 on 15 February: 93.00 of interest, 787.00 of principal; then 9,213.00 bears 27.64 in ten days, not 30.00
on 2026-02-25  receive 880.00 by ach of 2026-02-15
    Dr bank_clearing 880.00             Cr payments_suspense 880.00
    Dr payments_suspense 880.00                 Cr interest_receivable 95.36
    Dr interest_income 2.36                     Cr principal_receivable 787.00
    Dr deferred_fee_income 10.96                Cr effective_interest_income 10.96
then  principal 9213.00, interest 27.64, DPD 10, past due 3.37
# grace of ten days is over and part of the installment is still owed
on 2026-02-26  end of day
    Dr interest_receivable 5.53                 Cr interest_income 5.53
    Dr penalty_receivable 25.00                 Cr penalty_income 25.00
then  interest 33.17, penalties 25.00, DPD 12
on 2026-02-27  receive 20000.00 by wire
    Dr bank_clearing 20000.00           Cr payments_suspense 20000.00
    Dr payments_suspense 20000.00               Cr interest_receivable 33.17
                                                Cr overpayment_liability 10728.83
                                                Cr penalty_receivable 25.00
                                                Cr principal_receivable 9213.00
    Dr deferred_fee_income 241.24               Cr effective_interest_income 241.24
then  status overpaid, overpaid 10728.83, DPD 0
on 2026-02-27  refund the overpayment
    Dr overpayment_liability 10728.83           Cr refund_payable 10728.83
then  status closed, overpaid 0.00
`);

story("a US loan paid within its grace bears no late fee, and each day of delay costs its interest", "prairie", `
on 2026-01-15  lend 10000.00 at 10.95 % over 12 months
    Dr principal_receivable 10000.00            Cr disbursement_clearing 9700.00
                                                Cr deferred_fee_income 300.00
on 2026-02-19  end of day
    Dr interest_receivable 108.00               Cr interest_income 108.00
    Dr deferred_fee_income 47.80                Cr effective_interest_income 47.80
then  DPD 5, penalties 0.00, bucket 1-29
on 2026-02-20  receive 883.37 by ach
    Dr bank_clearing 883.37             Cr payments_suspense 883.37
    Dr payments_suspense 883.37                 Cr interest_receivable 108.00
                                                Cr principal_receivable 775.37
    Dr deferred_fee_income 3.83                 Cr effective_interest_income 3.83
then  principal 9224.63, DPD 0, next due 2026-03-15, bucket none
`);

story("a US loan that nobody pays is charged off by end of day at 120 days, with its late fees", "prairie", `
on 2026-01-15  lend 10000.00 at 10.95 % over 12 months
    Dr principal_receivable 10000.00            Cr disbursement_clearing 9700.00
                                                Cr deferred_fee_income 300.00
# four late fees; 150 days at 3.00
on 2026-06-14  end of day
    Dr interest_receivable 450.00               Cr interest_income 450.00
    Dr penalty_receivable 100.00                Cr penalty_income 100.00
    Dr charge_off_expense 10550.00              Cr principal_receivable 10000.00
                                                Cr interest_receivable 450.00
                                                Cr penalty_receivable 100.00
    Dr deferred_fee_income 300.00               Cr charge_off_expense 119.29
                                                Cr effective_interest_income 180.71
then  status charged_off, principal 0.00, still owed 10550.00
# nothing is earned on a loss
on 2026-06-15  end of day
on 2026-06-16  receive 500.00 by ach
    Dr bank_clearing 500.00             Cr payments_suspense 500.00
    Dr payments_suspense 500.00                 Cr recovery_income 500.00
then  still owed 10050.00
`);
