import { story } from "./telling.ts";

// 100,000.00 at 2 % a month over 12 months: 9,456 a month in whole rupees; the fee of 2 % and its tax of 18 % are kept back.

story("an Indian loan is paid once, then closed early: interest of the time to come is not owed", "bharat", `
on 2026-01-15  lend 100000.00 at 24 % over 12 months
    Dr principal_receivable 100000.00           Cr disbursement_clearing 97640.00
                                                Cr deferred_fee_income 2000.00
                                                Cr tax_payable 360.00
on 2026-02-14  end of day
    Dr interest_receivable 2000.00              Cr interest_income 2000.00
    Dr deferred_fee_income 155.68               Cr effective_interest_income 155.68
then  principal 100000.00, interest 2000.00, DPD 0, next due 2026-02-15, class standard
on 2026-02-15  receive 9456.00 by bank_transfer
    Dr bank_clearing 9456.00            Cr payments_suspense 9456.00
    Dr payments_suspense 9456.00                Cr interest_receivable 2000.00
                                                Cr principal_receivable 7456.00
then  principal 92544.00, interest 0.00, DPD 0, next due 2026-03-15
# 2 % of 92,544.00 is 1,850.88 for the 28 days of the period; 15 of them are over
on 2026-03-01  end of day
    Dr interest_receivable 991.54               Cr interest_income 991.54
    Dr deferred_fee_income 261.15               Cr effective_interest_income 261.15
on 2026-03-02  receive the payoff of 93535.54 by bank_transfer
    Dr bank_clearing 93535.54           Cr payments_suspense 93535.54
    Dr payments_suspense 93535.54               Cr interest_receivable 991.54
                                                Cr principal_receivable 92544.00
    Dr deferred_fee_income 1583.17              Cr effective_interest_income 1583.17
then  status closed, principal 0.00, interest 0.00, next due never
on 2026-03-02  receive 1.00 by cash is refused: loan.not_active
`);

story("money paid ahead on an Indian loan saves interest from its day and shortens the term", "bharat", `
on 2026-01-15  lend 100000.00 at 24 % over 12 months
    Dr principal_receivable 100000.00           Cr disbursement_clearing 97640.00
                                                Cr deferred_fee_income 2000.00
                                                Cr tax_payable 360.00
# 28 of the first period's 31 days are over: 2,000.00 x 28 / 31 = 1,806.45; the rest of the installment is principal
on 2026-02-11  end of day
    Dr interest_receivable 1806.45              Cr interest_income 1806.45
    Dr deferred_fee_income 155.68               Cr effective_interest_income 155.68
on 2026-02-12  receive 9456.00 by upi
    Dr bank_clearing 9456.00            Cr payments_suspense 9456.00
    Dr payments_suspense 9456.00                Cr interest_receivable 1806.45
                                                Cr principal_receivable 7649.55
    Dr deferred_fee_income 103.76               Cr effective_interest_income 103.76
# three days on 92,350.45 are 178.74; a month on it is 1,847.01: 2,025.75 of the second installment is interest
on 2026-03-14  end of day
    Dr interest_receivable 2025.75              Cr interest_income 2025.75
    Dr deferred_fee_income 159.91               Cr effective_interest_income 159.91
on 2026-03-15  receive 39456.00 by upi
    Dr bank_clearing 39456.00           Cr payments_suspense 39456.00
    Dr payments_suspense 39456.00               Cr interest_receivable 2025.75
                                                Cr principal_receivable 37430.25
    Dr deferred_fee_income 951.16               Cr effective_interest_income 951.16
# 2 % of what is left, 54,920.20, for a month of 31 days
on 2026-04-14  end of day
    Dr interest_receivable 1098.40              Cr interest_income 1098.40
    Dr deferred_fee_income 91.50                Cr effective_interest_income 91.50
then  principal 54920.20, interest 1098.40, DPD 0, next due 2026-04-15
on 2026-04-15  receive the payoff of 56018.60 by upi
    Dr bank_clearing 56018.60           Cr payments_suspense 56018.60
    Dr payments_suspense 56018.60               Cr interest_receivable 1098.40
                                                Cr principal_receivable 54920.20
    Dr deferred_fee_income 537.99               Cr effective_interest_income 537.99
then  status closed, principal 0.00, interest 0.00, next due never
`);

story("an Indian loan falls behind, bears a penal charge on the overdue amount alone, and is brought up to date", "bharat", `
on 2026-01-15  lend 100000.00 at 24 % over 12 months
    Dr principal_receivable 100000.00           Cr disbursement_clearing 97640.00
                                                Cr deferred_fee_income 2000.00
                                                Cr tax_payable 360.00
on 2026-02-15  end of day
    Dr interest_receivable 2066.10              Cr interest_income 2066.10
    Dr deferred_fee_income 155.68               Cr effective_interest_income 155.68
then  DPD 1, past due 9456.00, bucket 1-30, class SMA-0
# the month of overdue is over: 9,456.00 at 24 % for 28 days of 365
on 2026-03-15  end of day
    Dr interest_receivable 1839.58              Cr interest_income 1839.58
    Dr penalty_receivable 174.09                Cr penalty_income 174.09
    Dr deferred_fee_income 261.15               Cr effective_interest_income 261.15
then  interest 3905.68, penalties 174.09, DPD 29, past due 19086.09, bucket 1-30
# penalty first, then the interest of both rows that are due, then principal
on 2026-03-16  receive 9000.00 by upi
    Dr bank_clearing 9000.00            Cr payments_suspense 9000.00
    Dr payments_suspense 9000.00                Cr interest_receivable 3850.88
                                                Cr penalty_receivable 174.09
                                                Cr principal_receivable 4975.03
then  principal 95024.97, interest 54.80, DPD 29, past due 10086.09
on 2026-03-17  end of day
    Dr interest_receivable 109.60               Cr interest_income 109.60
then  DPD 31, bucket 31-60, class SMA-1
on 2026-03-18  receive 10086.09 by upi
    Dr bank_clearing 10086.09           Cr payments_suspense 10086.09
    Dr payments_suspense 10086.09               Cr principal_receivable 10086.09
then  principal 84938.88, DPD 0, next due 2026-04-15, bucket none, class standard
`);

story("a returned payment stands as if it had never come, and costs what the product says", "bharat", `
on 2026-01-15  lend 100000.00 at 24 % over 12 months
    Dr principal_receivable 100000.00           Cr disbursement_clearing 97640.00
                                                Cr deferred_fee_income 2000.00
                                                Cr tax_payable 360.00
on 2026-02-14  end of day
    Dr interest_receivable 2000.00              Cr interest_income 2000.00
    Dr deferred_fee_income 155.68               Cr effective_interest_income 155.68
on 2026-02-15  receive 9456.00 by mandate
    Dr bank_clearing 9456.00            Cr payments_suspense 9456.00
    Dr payments_suspense 9456.00                Cr interest_receivable 2000.00
                                                Cr principal_receivable 7456.00
on 2026-02-17  end of day
    Dr interest_receivable 198.31               Cr interest_income 198.31
then  DPD 0, next due 2026-03-15
on 2026-02-18  the payment of 2026-02-15 is returned
    Dr payments_suspense 9456.00        Cr bank_clearing 9456.00
    Dr interest_receivable 2000.00              Cr payments_suspense 9456.00
    Dr principal_receivable 7456.00
then  principal 100000.00, interest 2198.31, DPD 3, next due 2026-02-15
on 2026-02-18  charge 590.00 as fee bounce_charge
    Dr fee_receivable 590.00                    Cr fee_income 590.00
on 2026-02-18  end of day
    Dr interest_receivable 66.10                Cr interest_income 66.10
then  fees 590.00, DPD 4, bucket 1-30, class SMA-0
on 2026-02-19  waive bounce_charge
    Dr waiver_expense 590.00                    Cr fee_receivable 590.00
then  fees 0.00
`);

story("an Indian loan is taken to loss by two people, and what comes later is a recovery", "bharat", `
on 2026-01-15  lend 50000.00 at 24 % over 12 months
    Dr principal_receivable 50000.00            Cr disbursement_clearing 48820.00
                                                Cr deferred_fee_income 1000.00
                                                Cr tax_payable 180.00
on 2026-02-20  end of day
    Dr interest_receivable 1198.31              Cr interest_income 1198.31
    Dr deferred_fee_income 77.84                Cr effective_interest_income 77.84
then  DPD 6, past due 4728.00
on 2026-02-21  two people take it to loss
    Dr charge_off_expense 51198.31              Cr interest_receivable 1198.31
                                                Cr principal_receivable 50000.00
    Dr deferred_fee_income 922.16               Cr charge_off_expense 922.16
then  status charged_off, principal 0.00, still owed 51198.31
on 2026-02-22  end of day
on 2026-02-23  receive 1000.00 by cash
    Dr bank_clearing 1000.00            Cr payments_suspense 1000.00
    Dr payments_suspense 1000.00                Cr recovery_income 1000.00
then  still owed 50198.31
on 2026-02-23  charge 100.00 as fee visit_fee is refused: loan.not_active
`);

// A payoff within a running month of delay holds the penal charge of its days: 9,456.00 × 0.24 × 14 ÷ 365 = 87.0470…
story("an Indian loan that is past due is paid off in the middle of a month, with the penal charge of its days, and is closed clean", "bharat", `
on 2026-01-15  lend 100000.00 at 24 % over 12 months
    Dr principal_receivable 100000.00           Cr disbursement_clearing 97640.00
                                                Cr deferred_fee_income 2000.00
                                                Cr tax_payable 360.00
on 2026-02-28  end of day
    Dr interest_receivable 2925.44              Cr interest_income 2925.44
    Dr deferred_fee_income 416.83               Cr effective_interest_income 416.83
then  DPD 14, past due 9456.00, penalties 0.00
# 100,000.00 and its interest of 2,000.00 + 925.44 (92,544.00 × 0.02 × 14 ÷ 28), and 87.05 of penal charge: 103,012.49
on 2026-03-01  receive the payoff of 103012.49 by upi
    Dr bank_clearing 103012.49                  Cr payments_suspense 103012.49
    Dr payments_suspense 103012.49              Cr principal_receivable 100000.00
                                                Cr interest_receivable 2925.44
                                                Cr penalty_receivable 87.05
    Dr penalty_receivable 87.05                 Cr penalty_income 87.05
    Dr deferred_fee_income 1583.17              Cr effective_interest_income 1583.17
then  status closed, principal 0.00, interest 0.00, penalties 0.00, next due never
# The bank takes it back: the loan is past due as if it had never come, and the charge waits for its month again.
on 2026-03-01  the payment of 2026-03-01 is returned
    Dr payments_suspense 103012.49              Cr bank_clearing 103012.49
    Dr principal_receivable 100000.00           Cr payments_suspense 103012.49
    Dr interest_receivable 2925.44              Cr penalty_receivable 87.05
    Dr penalty_receivable 87.05
    Dr penalty_income 87.05
    Dr effective_interest_income 1583.17        Cr deferred_fee_income 1583.17
then  status active, penalties 0.00
on 2026-03-15  end of day
    Dr interest_receivable 980.24               Cr interest_income 980.24
    Dr penalty_receivable 174.09                Cr penalty_income 174.09
then  penalties 174.09
`);
