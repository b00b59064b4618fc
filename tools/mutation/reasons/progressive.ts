/** Reasons that hold for more than one line. */
const REMEMBERED = "remembered or worked out again: same figure";
const AGAIN = "works a row out again that would have come out the same";
const EXACT = "decides by a double or by the exact fraction: same figure";
const WORD = "a word put into an empty list names no day and no amount: it is passed over";
const HAS_ROWS = "a loan paid out has rows: the place is within the list";
const HAS_PLAN = "the book of a run has its plan";
const NO_DAYS = "a part without days bears nothing";
const ONE_DAY = "of two changes of one day either may come first: they add up";
const IN_ORDER = "rows added follow the last due date: they are in order";
const SEARCH = "where the search begins; it ends at the same payment";

/** Why mutants of progressive loans, of how a history goes on and of rates of return may live: a part of the line, and what makes it the same loan. */
const BY_FILE: Readonly<Record<string, readonly (readonly [line: string, reason: string])[]>> = {
  "progressive-book.ts": [
    ["const byRow = new Map", REMEMBERED], ["if (book.takes) copy.takes", "each recomputation says anew which row takes what is left"], ["if (to <= from) return", NO_DAYS], ["book.factors.rates !==", REMEMBERED],
    ["const key =", "another key, as much a part's own: parts of a row that differ have other keys"], ["book.rates[0]?.ratePpb", "a loan paid out has its rate"],
    ["const clear = roundedIfClear((balance * ratePpb", EXACT], ["export function isExact", "forty digits give the figure of the exact fraction"], ["return book.digits === null && book.interest.calculation", "forty digits give the figure of the exact fraction"], ["=== \"semi_monthly\"", "forty digits give the figure of the exact fraction"],
  ],
  "progressive-cell.ts": [["civil.year === endYear", "within one year, what is counted beyond the days up to its end is taken back"]],
  "progressive-plan.ts": [
    ["if (known) return known", "a rule remembered or found again: same rule"], ["row.from - 1, row.due - 1", "a cut on the due date or later is passed over by whoever cuts"], ["(row.interestPayments ?? []).reduce", WORD], ["of row.interestPayments ?? []", WORD],
    ["balance <= 0) return interestOn", "nothing bears nothing; a payment so high that the balance falls below is found too high either way"], ["principal < 0 && capitalises", "where principal is left alone nothing becomes principal either way"],
    ["balance <= band.above", "a slice of no width bears nothing"], ["balance <= band.upTo", "at the end of a band both are its width"], ["Math.max(1, guess)", SEARCH], ["atHigh > 0 && high < most", "one doubling more of what no number holds"],
    ["const onLine", "which payment is tried next; the search ends at the same one"], ["const at = turn", "which payment is tried next; the search ends at the same one"], ["turn++", "which payment is tried next; the search ends at the same one"],
  ],
  "progressive-walk.ts": [
    ["walk.rates !== book.rates.length ||", AGAIN], ["|| (plan !== null &&", "what bears interest changes only as what is carried does; compared more often, a row is worked out again that would have come out the same"],
    ["walk.steps[index] = step = {", "each part of a step is set below"], ["step.used === used", "what is used changes only with changes, and rows from their day on are worked out again"], ["step.payments === row.payments.length", "a payment of principal changes what is paid too"],
    ["a.length === b.length", "what waits differs in its first day or amount; otherwise a row is worked out again that would have come out the same"], ["book.rates.slice(1)", "rates are in order; a cut on the first day parts nothing"], ["change.day < first", "the same day either way"],
    ["at === 0 ||", ONE_DAY], ["while (at > 0", ONE_DAY], ["if (until === null || until <= row.due) return -1", "no day is not after a due date; the mark is one of its own"], ["p.day > until) return", AGAIN], ["const waiting = step.waiting", "a copy of an empty list is empty"],
    ["index === 0, step", NO_DAYS], ["plan && rule && !step.takes", "a row of a plan has its rule"], ["waiting.length > 0 ? waiting", "an empty list is like another"], ["planCuts(ruled.plan, row) : []", "rows without rules are not parted by cuts"],
    ["known.day <= overdue.day", ONE_DAY], ["(isFirst && row.segments.length === 0)", "a part that ends with the row is cut below; one without days bears nothing"], ["next.day >= row.due && cursor < row.due", NO_DAYS], ["if (cursor < row.due) cut(", NO_DAYS],
    ["day >= to || day < cursor", "what counts from a stretch's last day on is met again as the next one begins"], ["if (day > cursor) planned", NO_DAYS], ["p.day > row.due && until > row.due", "no day is not after a due date; on the due date itself the row leaves the balance either way"],
    ["if (until === null || until <= row.due) return row.principal", "no day is not after a due date"], ["book.memo?.steps", "asked only of rows that were walked"], ["index === book.rows.length", "what a row leaves is what the next one gets"],
  ],
  "progressive-rows.ts": [
    ["planOf(book) && book.takes !== last", "set and walked again: same rows"], ["const amount = Math.max(0, lent", "what the first amount misses the repetitions below put right"], ["amount !== last.amount", "set and walked again: same rows"], ["if (rest === 0) return", "nothing more or less, as often as it is tried"],
    ["if (rest > 0) last.amount", "nothing is left here only where it returned before"], ["if (left === 0) return", "cuts of nothing cut nothing"], ["s.to <= day ?", "part of a stretch up to its end is the stretch"], ["book.rows.at(-1)?.balance", HAS_ROWS],
    ["p.day < r.due", "no row falls due inside the running one"], ["const before = book.rows[index - 1]", "before the first row nothing is lent"], ["const lent = book.lent.reduce", SEARCH], ["Math.ceil((2 * lent)", SEARCH], ["book.factors = { rates: -1", "an empty memory of any number of rates"],
    ["let [growth, sum]", EXACT], ["for (const row of open) {", EXACT], ["factor += s.factor?.near", EXACT], ["clear === null", EXACT], ["?? WORKING_DIGITS", "digits beyond what a minor unit needs"], ["adjusted === original", "the same amounts set again"],
    ["error instanceof RangeError", "no other fault comes from a walk"], ["} catch (error) {", "what was walked before the fault is told apart by its payment"], ["forget(book, () => undefined);", "what was walked before the fault is told apart by its payment"],
    ["    walkRows(book);", "what is left is another amount, and its row is walked again"], ["Math.abs(difference) <= Math.floor(n / 2)", "so little spread over the rows makes as great a difference the other way, and is taken back"],
  ],
  "progressive-shape.ts": [
    ["book.plan?.start", HAS_PLAN], ["const first = line.find", "a rate more has another rate; where only its day moved, the payment is the one it was"], ["terms.ratePlan?.onChange === \"term\")) return runOn", "rates that are fixed have a plan"],
    ["plan.base !== null && last", "without a payment solved a row pays nothing, and no row follows; each row repays something, and the rows end by themselves"], ["orderRows(work)", IN_ORDER],
    ["!plan || index < 0", "such an event is refused before it comes here"], ["end < book.rows.length - 1", "a skipped row pays nothing, whatever its amount"], ["book.plan?.pauses", HAS_PLAN], ["event.type !== \"disbursed\"", "no other event shapes rows"], ["if (book.plan) book.plan.start", HAS_PLAN],
    ["planInput(terms", "only what shapes is looked at"], ["rateLine(terms, plan.periods", WORD], ["book.plan?.agreed && (given", HAS_PLAN], ["rate.fromDay > day", "solved again from the same balance and rate: same payment"], ["later.length === 0", "without a later rate the rest does nothing more"], ["if (last) addRow(", HAS_ROWS],
    ["payments: [], principal: 0", WORD],
  ],
  "progressive-pay.ts": [
    ["const next = all.find", "where only rows due today are left, nothing takes the rest either way"], ["return rest > 0 ?", "no money pays nothing"], ["row.due.principal += extra", "rows are written from the book after the event"], ["recalculation?.payoffInterest", "only loans whose interest follows come here"],
    ["counterpart.from <= day) showPayable", "rows to come are shown as the money reaches them"], ["l.day <= day", "what is lent later is not known yet"], ["left - row.paid.principal - row.waived.principal", "principal is never waived"], ["if (!counterpart) return false", AGAIN], ["book.plan?.terms", HAS_PLAN],
    ["const waived =", AGAIN], ["return principal !== 0 ||", AGAIN], ["row.due.interest = Math.max(shown.interest", "less than nothing is not asked for"],
  ],
  "progressive.ts": [
    ["row.due.principal < 0 && row.dueDate", "nothing taken changes nothing; what has become principal is owed no more"], ["let changed = false", AGAIN], ["if (changed) recompute", AGAIN], ["if (plan.agreed) capitalizeTo", "no row of other terms adds interest to principal"],
    ["rateEvents: [] }", WORD], ["row !== book.takes && holdsInterest", "the row that takes what is left asks for all its interest"], ["const plan = { ...mind.plan", "a rule remembered or found again: same rule"], ["rateEvents: [...mind.rateEvents]", "an event that shapes rows runs the history from its start"], ["work.chargedOffDate !== null || work.writtenOffDate", "a debt that was written off owes nothing that could become principal"],
    ["counterpart.capitalised > 0", "a row that asks for principal owes the interest for it"], ["forget(book, () => undefined)", "what was paid of the row changes with it: it is walked again"], ["if (work.frozen) return", "what would shape frozen rows is refused before"], ["planBalances(work)", "balances are planned again at the end of each run"],
    ["const isFirst =", "what was checked with the first payout is checked again"], ["if (isFirst) checkPayments", "what was checked with the first payout is checked again"],
  ],
  "course.ts": [
    ["known !== undefined && known.terms", "goes on, or is run from the start: same figures"], ["Object.isExtensible(events)", "goes on, or is run from the start: same figures"], ["if (kept === null) return", "goes on, or is run from the start: same figures"], ["!follows(course", "goes on, or is run from the start: same figures"],
    ["if (event.type === \"chargeAdded\") course.work.chargeEvents", "a percentage is found by charges that came before the last payout, and a payout runs the history from its start"], ["event.valueDate > through", "of two equal days either will do"], ["if (course !== null) memoryOf", "a list without new events is looked at by the list before it"],
    ["if (parts === undefined)", "an answer remembered or worked out again"], ["kept.through <= asOf", "goes on, or is run from the start: same figures"], ["if (events.some(", "goes on, or is run from the start: same figures"], ["events.reduce((max, e)", "of two equal days either will do"],
    ["live.filter(isShaping)", "models look at what shapes a schedule alone"], ["for (const event of live) if (event.type === \"chargeAdded\") work", "only charges are looked up"], ["return false;", "goes on, or is run from the start: same figures"], ["(last === null || entryOrder", "goes on, or is run from the start: same figures; no two events have one place"],
  ],
  "yield.ts": [
    ["values.length > 0", "gaps told apart or found again: same powers"], ["time(flow) < time(before)", "a list in order is put in order again"], ["amounts[i - 1]", "no amount is nothing here"], ["direction > 0 ? refine", "how soon the root is found, not which: the bracket closes on it either way"], ["x - LOWEST > 1e-9", "a double never hits the bound but by chance"],
    ["function signChanges", "without a change of sign no bracket holds a root"],
  ],
};

export const PROGRESSIVE_REASONS = Object.entries(BY_FILE).flatMap(([file, reasons]) => reasons.map(([line, reason]) => ({ file, line, reason })));
