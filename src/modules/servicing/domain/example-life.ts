import { addDays, advanceTo, apply, chargesToRaise, daysPastDue, EngineRefusal, owedTotal, replay, buildSchedule, type EventDraft, type IsoDate, type LoanEvent, type LoanState, type LoanTerms } from "#engine/index.ts";
import type { ProductDefinition, ProductVersion } from "#modules/products/index.ts";
import { deferralOnDay, withDeferral, type Deferral } from "./deferral.ts";
import { nonAccrualOf, suspenseFacts, type NonAccrual } from "./non-accrual.ts";
import { correctionsOfCharges } from "./overtaken-charges.ts";
import { chargesOfClosing, payoffOf } from "./payoff.ts";
import { NO_POSITION, positionOf, throughEndOf, type Position } from "./position.ts";
import { factsBetween, type FactAmounts } from "./posting.ts";

/** What can happen in the life of an example loan. */
export const LIFE_STEPS = ["disbursed", "installment_paid", "paid_late", "charge_waived", "prepaid", "payment_returned", "charged_off", "recovered", "paid_off", "refunded", "charge_raised", "interest_earned", "interest_suspended", "interest_released"] as const;
export type LifeStep = (typeof LIFE_STEPS)[number];

/** How the example ends: taken to loss with something recovered, or paid off with something given back. */
export type LifeEnd = "loss" | "payoff";

export interface LifeEntry { readonly date: IsoDate; readonly step: LifeStep; readonly facts: readonly FactAmounts[] }

export interface ExampleLife {
  readonly entries: readonly LifeEntry[];
  /** Steps that this product's loan does not take, and why not. */
  readonly leftOut: readonly { readonly date: IsoDate; readonly step: LifeStep; readonly reason: string }[];
}

/** Days past due after which the example is taken to loss where the product leaves that to people. */
const USUAL_CHARGE_OFF_DAYS = 120;

interface Act { readonly date: IsoDate; readonly step: LifeStep; readonly drafts: (state: LoanState, date: IsoDate) => EventDraft[] }

/**
 * A loan's life as an example for its posting rules: paid out, paid, paid late with a charge of which half is waived, part of it paid ahead,
 * a payment that comes back, and one of two ends. Each day is closed as end of day closes it: charges raised, interest earned. What is posted is the
 * difference of two positions, as for every real loan.
 *
 * @param delinquency  of the product: when the loan is taken to loss (else after 120 days), and when its interest is suspended
 * @param version      whose fees and costs are deferred; none where it is left out
 * @param everyDay     interest of each day by itself, as it is posted; else up to each event and each month's end
 * @throws EngineRefusal terms that make no loan
 */
export function exampleLife(terms: LoanTerms, options: { readonly end: LifeEnd; readonly delinquency: ProductDefinition["delinquency"]; readonly version?: Pick<ProductVersion, "definition" | "currency">; readonly everyDay: boolean }): ExampleLife {
  const chargeOffDays = options.delinquency.chargeOffDays ?? USUAL_CHARGE_OFF_DAYS;
  const first = terms.disbursementDate;
  let state = replay(terms, [{ type: "disbursed", id: "example_1", sequence: 1, valueDate: first, businessDate: first, amount: terms.principal }], first);
  let position: Position = NO_POSITION;
  let [held, deferral]: [NonAccrual | null, Deferral | null] = [null, null];
  const entries: LifeEntry[] = [];
  const leftOut: { date: IsoDate; step: LifeStep; reason: string }[] = [];
  const happen = (drafts: readonly EventDraft[], date: IsoDate): LoanState => {
    const next = drafts.map((draft, i) => ({ ...draft, id: `example_${state.events.length + i + 1}`, sequence: state.events.length + i + 1, businessDate: date }) as LoanEvent).reduce(apply, state);
    return next.asOf < date ? advanceTo(next, date) : next;
  };
  const post = (date: IsoDate, step: LifeStep, through: IsoDate): void => {
    const then = positionOf(state, through);
    const now = heldOn(through, through > date);
    const suspense = (of: Position, by: NonAccrual | null): number => (by === null ? 0 : of.interest);
    const deferring = options.version === undefined ? null : deferralOnDay(options.version, deferral, state, through, now !== null);
    const facts = withDeferral([...factsBetween(position, then), ...suspenseFacts(suspense(position, held), suspense(then, now), { before: position, after: then })], deferral, deferring);
    [position, held, deferral] = [then, now, deferring];
    if (facts.length > 0) entries.push({ date, step, facts });
  };
  // An example's borrower has no other loan; only end of day puts a loan into suspense.
  const heldOn = (through: IsoDate, ages: boolean): NonAccrual | null => {
    const now = state.status === "active" && state.chargedOffDate === null ? nonAccrualOf(held, options, daysPastDue(state, through), ages) : null;
    return now === "own" ? now : null;
  };
  const act = ({ date, step, drafts }: Act): void => {
    try {
      const asked = drafts(state, date);
      if (asked.length === 0) return void leftOut.push({ date, step, reason: "There is nothing for it to do." });
      // Earned by then, interest stands in suspense before anything uses it up, as end of day puts it there day by day.
      if (held !== null) post(addDays(date, -1), "interest_earned", date);
      state = happen(asked, date);
      post(date, step, date);
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      leftOut.push({ date, step, reason: error.message });
    }
  };
  post(first, "disbursed", first);
  const acts = actsOf(terms, options.end);
  let last = options.end === "payoff" ? latest(acts.map((each) => each.date), first) : addDays(latest(buildSchedule(terms).rows.map((row) => row.dueDate), first), chargeOffDays);
  for (let date = first; date <= last; date = addDays(date, 1)) {
    if (state.asOf < date) state = advanceTo(state, date);
    for (const each of acts) if (each.date === date) act(each);
    const lost = options.end === "loss" && !acts.some((each) => each.step === "recovered") && state.chargedOffDate === null && state.status === "active" && daysPastDue(state, throughEndOf(date)) >= chargeOffDays;
    if (lost) {
      act({ date, step: "charged_off", drafts: (_state, valueDate) => [{ type: "chargedOff", valueDate }] });
      last = addDays(date, 30);
      acts.push({ date: last, step: "recovered", drafts: recover });
      continue;
    }
    const drafts = [...chargesToRaise(state, date), ...correctionsOfCharges(state, date)];
    const moved = heldOn(throughEndOf(date), true) !== held;
    if (drafts.length === 0 && !moved && !options.everyDay && !isMonthEnd(date) && date !== last) continue;
    state = advanceTo(happen(drafts, date), throughEndOf(date));
    post(date, moved ? (held === null ? "interest_suspended" : "interest_released") : drafts.length > 0 ? "charge_raised" : "interest_earned", throughEndOf(date));
  }
  return { entries, leftOut: leftOut.filter((each) => !entries.some(({ step }) => step === each.step)) };
}

const latest = (dates: readonly IsoDate[], or: IsoDate): IsoDate => dates.reduce((a, b) => (a > b ? a : b), or);

/** What is to happen and when, by the schedule as agreed; a loan of few installments lives a shorter life. */
function actsOf(terms: LoanTerms, end: LifeEnd): Act[] {
  const dues = buildSchedule(terms).rows.filter((row) => row.total > 0).map((row) => row.dueDate);
  const [one, two, three, four, five] = dues;
  if (one === undefined) return [];
  const ends = (date: IsoDate): Act[] => (end === "loss" ? [] : [{ date, step: "paid_off", drafts: payOff }, { date: addDays(date, 3), step: "refunded", drafts: giveBack }]);
  if (two === undefined || three === undefined || four === undefined || five === undefined) return [{ date: addDays(one, -3), step: "prepaid", drafts: payAhead }, ...ends(dues.at(-1) ?? one)];
  const grace = Math.max(0, ...terms.charges.map((charge) => (charge.timing === "on_overdue" ? (charge.graceDays ?? 0) : 0)));
  const late = addDays(two, Math.max(10, grace + 2));
  const behind = late < three ? late : addDays(three, -1);
  return [
    { date: one, step: "installment_paid", drafts: payDue }, { date: addDays(one, 1), step: "payment_returned", drafts: takeBack }, { date: addDays(one, 2), step: "paid_late", drafts: payDue },
    { date: behind, step: "charge_waived", drafts: waiveHalf }, { date: behind, step: "paid_late", drafts: payDue }, { date: three, step: "charge_waived", drafts: waiveHalf }, { date: three, step: "installment_paid", drafts: payDue },
    { date: addDays(three, 1), step: "prepaid", drafts: payAhead }, ...ends(five),
  ];
}

const payment = (valueDate: IsoDate, amount: number, more: object = {}): EventDraft[] => (amount > 0 ? [{ type: "paymentReceived", kind: "repayment", channel: "bank_transfer", valueDate, amount, ...more }] : []);

/** All that is due by the day. */
function payDue(state: LoanState, date: IsoDate): EventDraft[] {
  return payment(date, state.installments.reduce((sum, row) => (row.dueDate <= date ? sum + owedTotal(row) : sum), 0));
}

/** A fifth of the principal, in whole units of the currency. */
function payAhead(state: LoanState, date: IsoDate): EventDraft[] {
  return payment(date, wholeUnits(state.outstanding.principal / 5));
}

/** What closes the loan, and a hundredth more by mistake. */
function payOff(state: LoanState, date: IsoDate): EventDraft[] {
  const { total } = payoffOf(state, date);
  return total > 0 ? [...chargesOfClosing(state, date), ...payment(date, total + wholeUnits(total / 100), { payoff: true })] : [];
}

function giveBack(state: LoanState, valueDate: IsoDate): EventDraft[] {
  return state.overpayment > 0 ? [{ type: "creditBalanceRefunded", valueDate, amount: state.overpayment }] : [];
}

function recover(state: LoanState, date: IsoDate): EventDraft[] {
  return state.chargedOffDate === null ? [] : payment(date, wholeUnits(state.outstanding.principal / 10));
}

/** Half of the first charge for delay, once. */
function waiveHalf(state: LoanState, valueDate: IsoDate): EventDraft[] {
  const charge = state.charges.some((c) => c.waived > 0) ? undefined : state.charges.find((c) => c.component === "penalty" && c.due - c.paid - c.waived > 1);
  return charge === undefined ? [] : [{ type: "chargeWaived", valueDate, chargeId: charge.id, amount: Math.floor((charge.due - charge.paid - charge.waived) / 2) }];
}

/** The last payment comes back from the bank. */
function takeBack(state: LoanState, valueDate: IsoDate): EventDraft[] {
  const last = state.events.findLast((event) => event.type === "paymentReceived");
  return last === undefined ? [] : [{ type: "reversed", valueDate, eventId: last.id, reason: "Returned by the bank" }];
}

const wholeUnits = (minor: number): number => Math.floor(minor / 100) * 100;
const isMonthEnd = (date: IsoDate): boolean => addDays(date, 1).endsWith("-01");
