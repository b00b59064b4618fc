/** Reasons that hold for more than one line. */
const REMEMBERED = "a payment remembered or solved again: same figure";
const HAS_ROWS = "a loan paid out has rows: the place is within the list";
const SAME_LENT = "what is lent inside a row does not change while the rows are redrawn";
const NOT_READ = "what late principal earned is read only where interest becomes principal, and is nothing where it is not agreed to earn";
const NEVER_BELOW = "a row drawn plainly never owes less than no principal: none of its interest becomes principal";
const AGAIN = "the same is done after the event";
const NOT_ASKED = "what became principal is asked for of rows alone that add some";
const NO_DAYS = "no days, no interest";
const NOTHING_REPAID = "nothing more than planned covers nothing";
const ONCE_MORE = "told from the start instead: same state";
const SORTED = "sorted again: same order";
const PAID_OUT = "interest becomes principal of a loan that was paid out, by a transaction";
const TWO = "a list that is followed holds a period, and one more is asked for";
const NEWTON = "how soon the spread is found, not which: the bracket closes on it either way";

type Told = { readonly line: string; readonly code?: string; readonly became?: string; readonly reason: string };

const BY_FILE: Readonly<Record<string, readonly Told[]>> = {
  "progressive.ts": [
    { line: "if (!isFirst) fixRates", became: "true", reason: "without rows nothing is solved, and the rates are worked out with them" },
  ],
  "meter.ts": [
    { line: "events: [...meter.events]", became: "[]", reason: "a fixing or change of the rate is told from the start" },
  ],
  "classic-model.ts": [
    { line: "if (row.due.principal < 0 && row.dueDate > event.valueDate) lendLess", became: "row.due.principal <= 0", reason: "a row of no principal has none to lend less of" },
    { line: "if (planned > amount) lendLess", reason: "none less is lent: the rows stay as they are" },
    { line: ":capitalized:", reason: PAID_OUT },
  ],
  "replay.ts": [
    { line: "if (reversed.length === 0) return told.every", became: "compareTransactions(told[i - 1] as TransactionState, tx) > 0", reason: "the payout comes first: two or more never stand in falling order" },
    { line: "last.sequence > event.sequence", became: "true", reason: ONCE_MORE },
    { line: "last.sequence > event.sequence", became: "last.sequence >= event.sequence", reason: "no two events have one sequence: a second one is refused" },
    { line: "goOn(", reason: "a course that is not remembered is run from the start: same state" },
    { line: "if (event.type !== \"reversed\" || event.valueDate > asOf) continue", became: "false", reason: "other events name none that they undo" },
    { line: "if (reversed.length === 0) return told.every", code: "reversed.length === 0", reason: SORTED },
    { line: "if (reversed.length === 0) return told.every", became: "() => undefined", reason: SORTED },
    { line: "if (reversed.length === 0) return told.every", became: "false", reason: SORTED },
    { line: "if (reversed.length === 0) return told.every", became: "compareTransactions(told[i - 1] as TransactionState, tx) < 0", reason: SORTED },
    { line: "return work.writtenOffDate ?? work.transactions", reason: "a loan that is closed was paid out, by a transaction" },
  ],
  "periods.ts": [
    { line: "if (!first || !last)", became: "!first && !last", reason: "a list has both or neither" },
    { line: "before?.due === last.due", became: "before.due", reason: TWO },
    { line: "const last = rows.at(-1)?.due", became: "rows.at(-1).due", reason: TWO },
    { line: "if (day > pinned", became: "day >= pinned", reason: "the same day is noted once more" },
  ],
  "structure.ts": [
    { line: "periods.at(-1)?.to ?? start", became: "periods.at(-1).to", reason: "a loan has a period" },
    { line: "changed.at(-1)?.to ?? from", became: "changed.at(-1).to", reason: "a loan has a period" },
  ],
  "recalculated-plan.ts": [
    { line: "deferredFrom: rows[0]", became: "rows[0]?.period.from && 0", reason: "noted again by the first row, before any interest waits" },
    { line: "deferredFrom: rows[0]", became: "rows[0].period", reason: HAS_ROWS },
    { line: "stays: book.planned &&", became: "false", reason: "a payment that is given is given for each row, and stays from there" },
    { line: "resolve: true", code: "true", reason: "the first row holds a payout: the payment is solved for it" },
    { line: "input.lent[used]?.day", became: "input.lent[used].day", reason: "the place is within the list: the count is asked first" },
    { line: "periods.at(-1)?.to", became: "periods.at(-1).to", reason: HAS_ROWS },
    { line: "periodAfter(terms, periods) }, false)", code: "false", reason: "read of rows drawn plainly alone" },
    { line: "const own = capitalises", became: "true", reason: NOT_READ },
    { line: "const own = capitalises", became: "capitalises(terms, rule) || book.rule.overdueEarnsInterest", reason: NOT_READ },
    { line: "const key =", code: "(l) => `${l.day}:${l.amount}`", reason: SAME_LENT },
    { line: "const key =", code: "`${l.day}:${l.amount}`", reason: SAME_LENT },
    { line: "row.solved?.key === key", became: "false", reason: REMEMBERED },
    { line: "row.solved = { key, base }", reason: REMEMBERED },
    { line: "out.principal < 0n && real", became: "out.principal <= 0n", reason: "no principal stays no principal" },
    { line: "const byRule =", became: "true", code: "rule.pays === \"nothing\" || rule.pays === \"share\"", reason: "a rule of another kind says nothing of interest" },
    { line: "if (!isEnd) course.covered", became: "true", reason: "after the last row nothing is covered any more" },
    { line: "\"reschedule_next\") course.covered", became: "true", reason: NOTHING_REPAID },
    { line: "\"reschedule_next\") course.covered", became: "principal >= planned", reason: NOTHING_REPAID },
  ],
  "recalculated.ts": [
    { line: "work.writtenOffDate !== null || work.frozen) return", code: "work.writtenOffDate !== null", became: "false", reason: "what was written off owes nothing, and has nothing to lend again" },
    { line: "      dropEmptyRows(work, book);", reason: AGAIN },
    { line: "byRules) capitalizeTo(work, book, asOf)", became: "true", reason: NEVER_BELOW },
    { line: "follows: (event)", became: "false", reason: ONCE_MORE },
    { line: "follows: (event)", became: "lastBusinessDay([event]) < mind.book.until", reason: ONCE_MORE },
    { line: "installed: -1", reason: "rows put there again that are there already" },
    { line: "planned <= 0 ||", became: "planned < 0", reason: NOT_ASKED },
    { line: "planned <= 0 ||", code: "planned <= 0", became: "false", reason: NOT_ASKED },
    { line: "planned <= 0 ||", became: "planned <= 0 && row.capitalised !== undefined", reason: NOT_ASKED },
    { line: "planned <= 0 ||", code: "row.capitalised !== undefined", became: "false", reason: "once it is principal the row owes none of it" },
    { line: "capitalised > 0) capitalize", reason: "a row adds no more to principal than the interest it owes: what it adds is never nothing here" },
    { line: "\"paymentReceived\", kind: \"repayment\"", code: "\"paymentReceived\"", reason: "money for principal alone is paid by its amount, whatever else it is called" },
    { line: "\"paymentReceived\", kind: \"repayment\"", code: "\"repayment\"", reason: "money for principal alone is paid by its amount, whatever else it is called" },
    { line: "row.dueDate > date ?", became: "row.dueDate >= date", reason: "what is due that day is paid by then, or no more than the balance is repaid" },
    { line: "input.rates[0]?.ratePpb", became: "input.rates[0].ratePpb", reason: "a loan has its first rate" },
    { line: "current.state.due.principal = Math.max", reason: "the rows are drawn again after it" },
    { line: "if (!isLast) covered", became: "true", reason: "after the last row nothing is covered any more" },
    { line: "\"reschedule_next\") covered", became: "true", reason: NOTHING_REPAID },
    { line: "\"reschedule_next\") covered", became: "principal >= planned", reason: NOTHING_REPAID },
    { line: "if (day > cursor)", became: "day >= cursor", reason: NO_DAYS },
    { line: "if (day > cursor)", became: "true", reason: "changes come in order of day: no days, no interest" },
    { line: "return cursor < to ?", became: "cursor <= to", reason: NO_DAYS },
    { line: "return cursor < to ?", became: "true", reason: NO_DAYS },
  ],
  "classic.ts": [
    { line: "let resolve = true", became: "false", reason: "the first row takes what was lent, for which the payment is solved" },
    { line: "terms.compatibility.lastRowThresholdPpb, 1_000_000_000", code: "\"floor\"", reason: "an unknown rounding cuts off, as floor does above zero" },
    { line: "input.rates[0]?.ratePpb", became: "input.rates[0].ratePpb", reason: "a loan has its first rate" },
    ...["principal > 0 && remainder > 0", "principal > 0", "remainder > 0"].map((code) => ({ line: "return principal > 0 && remainder > 0", code, reason: "no rest is below a share of no principal, and a rest of nothing joins or not: the row repays all either way" })),
    { line: "if (terms.amortization !== \"equal_installments\") return 0", became: "false", reason: "no row of the other kinds reads its payment" },
    { line: "multiple === null ? exact", became: "false", reason: "no multiple rounds nothing" },
  ],
  "recalculated-book.ts": [
    { line: "if (unpaid <= 0) continue", became: "unpaid < 0", reason: "nothing late bears nothing" },
    { line: "toDay(p.date) < until", became: "toDay(p.date) <= until", reason: "what is paid on the last day counts no longer than what is still late then" },
  ],
  "composed.ts": [
    { line: "case \"share\": return base === null", became: "false", code: "base === null", reason: "a payment not solved yet is nothing, and so is a share of it" },
    { line: "[last.principal, row.principal] : [0, 0]", became: "[]", reason: "neither was given: nothing is compared" },
    { line: "return input.lent.slice(before.used).reduce", reason: "where the search for the payment begins, not which is found: all it stands on is more than nothing" },
    { line: "return weights === 0n ?", became: "false", reason: "a share is solved at a row that pays one" },
    { line: "let stays = terms.installmentAmount", became: "false", reason: "a payment that is given is given for each row, and stays from there" },
    { line: "let solves = true", reason: "the first row holds what is lent: the payment is solved for it" },
    { line: "if (last) last.interest", became: "true", reason: "terms have periods: there is a last row" },
    { line: "deferredFrom: periods[0]", became: "periods[0].from", reason: HAS_ROWS },
    { line: "input.rates[0]?.ratePpb", became: "input.rates[0].ratePpb", reason: "a loan has its first rate" },
  ],
  "fork.ts": [
    { line: "reschedules: [...work.reschedules]", became: "[]", reason: "read at the first payout, which is told from the start" },
    { line: "tx.overpayment > 0 ?", became: "true", reason: "a copy of what nothing changes" },
    { line: "tx.overpayment > 0 ?", became: "tx.overpayment >= 0", reason: "a copy of what nothing changes" },
    { line: "pendingCharges: [...", reason: "read by a payout alone, and a history with a new payout is told from the start" },
    { line: "share === undefined || charge === undefined", reason: "a guard: a portion stands on its row, and its charge among the charges" },
  ],
  "daily-reshape.ts": [
    { line: "days.push({ from: days.at(-1)?.due ?? 0", reason: "of the rows added only the due dates are read, and of the list the first row's beginning" },
  ],
  "run.ts": [
    { line: "if (done === null) work.frozen", became: "true", reason: "a loan by the day moves its rows itself, and never asks whether they are frozen" },
    { line: "event.principalOnly && tx.overpayment > 0", reason: "what is left over finds nothing more to pay, and nothing pays nothing" },
    { line: "let left = work.accrual === null", became: "false", reason: "what fixed rows owe in all is what they owe one by one" },
    { line: "if (row.kind === \"down_payment\") left -= payComponent", reason: "an overpaid loan owes nothing but what the payout brings, and what is due that day is paid before what is not" },
    { line: "type: \"chargeAdded\", id:", became: "\"\"", reason: "entered by its timing: nobody reads what kind of event it would be" },
    { line: "event.type === \"reversed\" && !gone", reason: "no other event names one that it undoes" },
    { line: "const enters =", code: "event.type === \"chargeAdded\"", became: "true", reason: "no other event has a due date that could be before its day" },
    { line: "pause.endDate > event.startDate", became: "pause.endDate >= event.startDate", reason: "where both are equal either will do" },
    { line: "if (payout) payout.fees", reason: "the payout itself is on the list" },
    { line: "\"repayment\", work.overpayment, work", code: "\"repayment\"", reason: "never recorded: only what it pays is read" },
    { line: "\"default\");", code: "\"default\"", reason: "a kind without a rule of its own goes by the default" },
    { line: "event.principalOnly && tx.overpayment > 0", code: "tx.overpayment > 0", reason: "nothing left pays nothing" },
  ],
  "deferral.ts": [
    { line: "addMonths(from, whole, day) > to", became: "addMonths(from, whole, day) >= to", reason: "a month less, and all of its days: the same whole month" },
    { line: "value < net", became: "value <= net", reason: "at the spread itself either bound is that spread" },
    { line: "const newton", became: "spread - (net - value) / slope", reason: NEWTON },
    { line: "const newton", became: "net + value", reason: NEWTON },
    { line: "slope + flow.years", reason: NEWTON },
    { line: "const next = newton", became: "false", code: "newton > low && newton < high", reason: NEWTON },
    { line: "const next = newton", became: "newton >= high", reason: NEWTON },
    { line: "const next = newton", became: "newton >= low", reason: "a step lost in rounding ends the search there, or halves what is left of it" },
    { line: "const next = newton", became: "newton <= high", reason: "a step lost in rounding ends the search there, or halves what is left of it" },
    { line: "const next = newton", became: "true", code: "newton < high", reason: "what is unearned grows ever more slowly with the spread: a step never passes it from below, and leads down from above" },
    { line: "Math.abs(next - spread)", reason: "when the search ends, within what a double tells apart" },
    { line: "step < MAX_STEPS", reason: "a bound beyond what the search needs" },
    { line: "principal > 0 && flow.years > 0", code: "flow.years > 0", reason: "over no time no spread is too low: below every other bound" },
  ],
};

export const SCHEDULE_REASONS = Object.entries(BY_FILE).flatMap(([file, reasons]) => reasons.map((told) => ({ file, ...told })));
