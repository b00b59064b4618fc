/** Reasons that hold for more than one line. */
const EQUAL_DAYS = "of two equal days either will do";
const EITHER = "where both are equal either will do";
const NO_SIGN = "nothing has no sign";
const QUICKER = "a quicker way to the same figure";
const WORD = "a word put into an empty list names no day and no amount: it is passed over";
const NO_MODE = "no mode of rounding is downward too";
const HAS_ROWS = "a loan paid out has rows, terms have periods: the place is within the list";
const ONE_KIND = "no other event names what is looked for here";
const NO_DAYS = "no days, no part of anything";
const UNSEEN = "a name that nobody is shown or asks for";

/** Why mutants of the engine's files (but for schedules by model and runs) may live: a part of the line, and what makes it the same loan. */
const BY_FILE: Readonly<Record<string, readonly (readonly [line: string, reason: string])[]>> = {
  "allocate-payment.ts": [
    ["filter: ChargeFilter", "only `reached` is compared with"], ["const paid = component ===", "no charge stands behind principal or interest: all of it counts as without a charge"],
    ["\"next_installment\"", "what is neither spread nor for the last goes to the next"],
  ],
  "charges.ts": [
    ["event.dueDate !== undefined", "a day that is not said is not before another; of two equal days either will do"], ["work.disbursements.at(-1)?.amount", "entered only once something is paid out"],
    ["newRow(\"extra\"", HAS_ROWS], ["charge.dueDate < event.valueDate", EQUAL_DAYS], ["!share || !charge", "what is named as open is there"],
  ],
  "dues.ts": [
    ["e.type === \"chargeAdded\"", "only charges have a reference"], ["row.dueDate >= asOf", "a row not past due has no days to charge: it is passed over sooner"], ["date >= to", "a payment on the last day lowers nothing before it"],
    ["date > cursor", NO_DAYS], ["row.dueDate < upTo", EQUAL_DAYS], ["!charge)", "a share's charge is there"],
  ],
  "end-of-day.ts": [["event.bucket === null", "a loan in no bucket is in it since no day"]],
  "credit.ts": [["portion.row !== row", "later rows were unpaid before: what is still paid of the latest portions is this row's"]],
  "end-debt.ts": [["type: \"paymentReceived\"", "models go by what a payment says, not by its type"]],
  "drawn.ts": [["next.day <= period.from", "money of the first day counts from the start in either case"], ["k < days.length", "the last day has none after it, which ends the loop"]],
  "difference.ts": [["i < count", "beyond both lists there is nothing, which is like itself"]],
  "decimal.ts": [
    ["value < 0n", NO_SIGN], ["value.s <= places", "no digits are cut"], ["a.s === b.s", QUICKER], ["a.s > b.s", EITHER], ["const shift", "more digits are worked out, and cut to the same"], ["product.s <= 0", "divided by one"],
  ],
  "calendar.ts": [["count > 0 ?", "no days are counted, in neither direction"]],
  "annuity.ts": [
    ["numerator < 0n", NO_SIGN], ["default: return estimate", "decides by a double or by the exact fraction: same figure; a half is left to the fraction"],
    ["(sum * growth) / SCALE", "a sum as large as that leaves doubt, and whole fractions decide: same figure"],
  ],
  "apr-eu.ts": [["unit: PeriodUnit = \"month\"", "what is neither a week, a year nor a day counts months"], ["whole * step", "a year too many does not end on the first day: then days count, as without it"]],
  "apr-regz.ts": [["i < days.length", "an interval that occurs once decides nothing"], ["const best", "of two of one size either is the smaller"]],
  "coupon.ts": [["let k = Math.floor", "counted down from a later coupon, the same one is found"]],
  "daycount.ts": [
    ["> to) years--", "on an anniversary a whole year either way"], ["from < low", EQUAL_DAYS], ["inPeriod > 0", NO_DAYS], ["isFirst ? low <= from", "one period more holds none of its days"],
  ],
  "day-count-ratio.ts": [[">= from) years++", "a whole year back is one either way"], ["> to) years--", "on an anniversary a whole year either way"]],
  "daily-plan.ts": [
    ["planInput(daily, [])", WORD], ["amounts: []", WORD], ["day > start", "interest has been counted to this day: days before it are not met again"], ["terms.interest.calculation ===", "a copy says the same"],
  ],
  "daily-reshape.ts": [
    ["all.at(-1)?.dueDate", HAS_ROWS], ["noteRate(", "what does not keep the installment keeps the term"], ["work.accrual)", "there is an accrual from the first payout on"], ["rows[0]?.fromDate", "one row at least is to come"],
  ],
  "daily-simple.ts": [
    ["accrual.compounded !== undefined", "what bears interest grows while interest runs: it does not come to nothing here"], ["work.accrual?.", "there is an accrual from the first payout on"], ["work.accrual ?? {", "there is an accrual from the first payout on"],
    ["scheduled.meter.start, [])", WORD], ["row.settledDate !== null || !ends", "a settled row owes nothing and stays as it is"],
    ["row.writtenOff.interest + interest", "rows given up are settled: they are not divided again"], ["row.writtenOff.principal + principal", "principal is never waived; rows given up are not divided again"],
    ["return Math.max(0, (scheduled.get(row)", "rows given up are settled: they are not divided again"], ["row.paid[c] + row.waived[c] + row.writtenOff[c]", "nothing was given up of a row that is paid"],
    ["row.paid.interest + ti", "what is due of a row is worked out again when its payment is whole, and at the end of the run"],
  ],
  "structure.ts": [
    ["shaping.filter(", "a line of rates takes changes and fixings alone"], ["event.type === \"deferred\"", "only a deferral says what becomes of interest"], ["periods.at(-1)?.due", HAS_ROWS], ["changed[index]?.from", HAS_ROWS], ["periods[index]?.from", HAS_ROWS],
    ["from !== undefined", "no day is not before another"], ["row.dueDate <= date", "a row whose days are gone has earned all its interest: the parts add up to it"], ["date <= point.date", "at a point its amount is earned, from either side"],
    ["date >= to", "all of the days are all of the amount"], ["date <= from", NO_DAYS],
  ],
  "rate-line.ts": [["e.type === \"indexFixed\"", ONE_KIND]],
  "row-rules.ts": [["payments?.seasonal?.unpaidInterest", "a season without a payment is one of a seasonal plan"], ["const later", "a row that pays its interest says nothing of it"]],
  "answers.ts": [
    ["\"preview\"", UNSEEN], ["terms.model !== \"classic\"", "the same rows, drawn by the quicker way or by a run"], ["if (!row) return 0", "a schedule has a row that is no down payment"], ["work.writtenOffDate === null", "a debt given up owes nothing in any part"],
    ["which: \"oldest\"", "only `upcoming` is compared with"], ["toDay(end) >", NO_DAYS], ["bucket !== null", "only buckets that have a name are read"], ["[0]?.due", HAS_ROWS],
  ],
  "check.ts": [["terms.firstDueDate !== null", "no day is not before another"], ["e.type === \"chargedBack\"", ONE_KIND], ["e.type === \"reversed\"", ONE_KIND]],
  "check-plan.ts": [
    ["floorPpb !== null", "no floor is above no cap that may be agreed"], ["(plan.steps ?? [])", WORD], ["seasonal?.months", "twelve months are those of a season"], ["dayCount !== undefined", "none is not one by coupons"],
  ],
  "check-changes.ts": [["event.type === \"extended\"", "only a deferral says what becomes of interest"]],
  "explain.ts": [
    ["accrual === null", "asked only of a loan with an accrual"], ["row.settledDate ?? \"\"", "a row told as settled has its day"], ["state.installments[row.number - 2]", "a row that is not the first has one before it"], ["!row) throw", "the row itself is refused by the same words"],
    ["throw new RangeError(`there is no installment", "the row itself is refused by the same words"], ["kind: \"installment\", number", "the figure that was asked for takes its place"], ["e.valueDate > day", EQUAL_DAYS], ["d.pastDueDays === 0", "what is unpaid past its date is past due by days"],
  ],
  "explain-event.ts": [["e.type === \"reversed\"", ONE_KIND], ["first?.overpayment", "a refund has its transaction, reversed or not"]],
  "explain-cell.ts": [
    ["!plan)", "the schedule was drawn by the same rules: it has as many rows"], ["!period)", "rows that are no down payments are the periods"],
    ["\"preview\"", UNSEEN], ["row.fromDate === row.dueDate", "a down payment is no row that is drawn"], ["() => false", "all payouts are used: none is asked about"],
  ],
  "loan-rates.ts": [
    ["a.date < b.date", "a day is told once"], ["f.amount < 0", "a flow of nothing was left out before"], ["f.amount > 0)", "a flow of nothing was left out before"], ["state.status === \"active\"", "a loan that is closed is paid off with nothing"],
    ["row.dueDate > state.asOf", EQUAL_DAYS], ["if (!first)", "without flows there is no rate, and without a rate no row"], ["k === ordered.length - 2", "at the rate of the flows nothing is left after the last"],
  ],
  "india-classification.ts": [["realisableSecurity < outstanding", EITHER]],
  "rounding.ts": [["const twice", NO_SIGN]],
  "periods.ts": [["i === 0 ||", "the first period begins before any end"]],
  "date-plan.ts": [["const days: Day[]", WORD]],
  "other-credit/line.ts": [
    ["date >= day", "a fee of a day gone by was raised on it"], ["case \"reversed\"", "what was reversed and reversals are left out before"], ["event.valueDate > state.asOf", EQUAL_DAYS], ["s.dueDate < state.asOf", NO_DAYS],
  ],
  "other-credit/merchant-advance.ts": [
    ["RemittanceChange[] = []", WORD], ["remittance.kind === \"fixed\"", "a share of receipts names no week"], ["const changes", WORD], ["event.valueDate > state.asOf", EQUAL_DAYS], ["plan.at(-1)?.date", "something is bought, so something is expected"],
  ],
  "other-credit/discounted-invoice.ts": [
    ["event.valueDate > lateFrom", EQUAL_DAYS], ["\"down\")", NO_MODE], ["event.valueDate > state.asOf", EQUAL_DAYS], ["state.settledDate !== null", "no day is not before another"], ["date < terms.dueDate", EQUAL_DAYS],
  ],
  "other-credit/reconcile.ts": [["kind === \"fixed\"", "a share of receipts names no week"], ["expectedRemittances(terms).at(-1)", "something is bought, so something is expected"]],
  "other-credit/event-log.ts": [["e.type === \"reversed\" &&", ONE_KIND]],
  "other-credit/pay-in-n.ts": [["\"down\")", NO_MODE], ["lateFee === null || most", "no late fee is at most nothing"]],
};

export const OTHER_REASONS = Object.entries(BY_FILE).flatMap(([file, reasons]) => reasons.map(([line, reason]) => ({ file, line, reason })));
