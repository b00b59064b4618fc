import assert from "node:assert/strict";
import * as fc from "fast-check";
import { annuityPayment, levelPayment, roundToMultiple } from "./annuity.ts";
import { addDecimal, atScale, decimal, divideDecimal, multiplyDecimal, significant, timesMinor } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import { formatPercent, formatRate, fromMonthly, parsePercent, parseRate, rate, toMonthly } from "./rate.ts";
import { divideRounded, divideSafe, mulDiv, roundedIfClear, ROUNDINGS } from "./rounding.ts";
import { holds, holdsCheaply } from "./testing/property-kit.ts";
import { recompute, solveAmount } from "./progressive-rows.ts";
import type { ProgressiveBook } from "./progressive-book.ts";
import { xirrOfDays, xnpv } from "./xirr.ts";
import { daysInMonth, dayToCivil, fromDay } from "./date.ts";
import { effect, nominal, pmt, pv } from "./tvm.ts";

/** Rounding, rates and decimals: each quick way gives what the exact one does. */

const rounding = fc.constantFrom(...ROUNDINGS);
const safe = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.maxSafeInteger());
const divisor = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(36_500, 365_000_000_000, 12_000_000_000), fc.integer({ min: 1, max: 2_000_000_000 }));

holdsCheaply("a product and quotient of plain integers is the exact one, rounded once", fc.tuple(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), fc.integer({ min: 0, max: 10_000_000_000 }), divisor, rounding), ([a, b, d, mode]) => {
  const exact = divideRounded(BigInt(a) * BigInt(b), BigInt(d), mode);
  if (exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < -BigInt(Number.MAX_SAFE_INTEGER)) assert.throws(() => mulDiv(a, b, d, mode), RangeError);
  else assert.equal(mulDiv(a, b, d, mode), Number(exact));
});

holdsCheaply("a product on a tie, or next to one, is the exact one too", fc.tuple(fc.integer({ min: -2_000_000, max: 2_000_000 }), fc.integer({ min: 1, max: 500_000 }), fc.integer({ min: -1, max: 1 }), rounding), ([whole, half, off, mode]) => {
  const d = 2 * half;
  const a = whole * d + half + off;
  const rounded = mulDiv(a, 1, d, mode);
  assert.equal(rounded, Number(divideRounded(BigInt(a), BigInt(d), mode)));
  const lies = off === 0 ? { "half-even": whole % 2 === 0, "half-up": a < 0, "half-down": a > 0, up: a < 0, down: a > 0, ceiling: false, floor: true }[mode] : null;
  // On a tie the quotient lies between `whole` and the next; which of them it is, the mode alone says.
  if (lies !== null) assert.equal(rounded, lies ? whole : whole + 1, `${a} / ${d} ${mode}`);
  assert.equal(mulDiv(a, 999_999_937, d, mode), Number(divideRounded(BigInt(a) * 999_999_937n, BigInt(d), mode)));
});

holdsCheaply("a double decides only what the exact fraction would decide the same", fc.tuple(safe, divisor, rounding), ([a, d, mode]) => {
  const clear = roundedIfClear(a / d, 1e-15, mode);
  if (clear !== null) assert.ok(Object.is(clear, Number(divideRounded(BigInt(a), BigInt(d), mode))), `${a} / ${d}: ${clear}`);
});

holdsCheaply("a quotient of safe integers is the exact one, and no fraction of one is lost by the mode", fc.tuple(safe, divisor, rounding), ([a, d, mode]) => {
  const quotient = divideSafe(a, d, mode);
  assert.equal(quotient, Number(divideRounded(BigInt(a), BigInt(d), mode)));
  const off = BigInt(quotient) * BigInt(d) - BigInt(a);
  const size = off < 0n ? -off : off;
  assert.ok(mode.startsWith("half") ? size * 2n <= BigInt(d) : size < BigInt(d));
  if (mode === "floor") assert.ok(off <= 0n);
  if (mode === "ceiling") assert.ok(off >= 0n);
});

holdsCheaply("rounding to a multiple gives a multiple, less than one away", fc.tuple(fc.integer({ min: 0, max: 1_000_000_000 }), fc.integer({ min: 2, max: 10_000 }), rounding), ([value, multiple, mode]) => {
  const rounded = roundToMultiple(value, multiple, mode);
  assert.equal(rounded % multiple, 0);
  assert.ok(Math.abs(rounded - value) < multiple);
});

const factors = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 480_000_000 })), { minLength: 1, maxLength: 40 });

holdsCheaply("a level payment over many rates is the exact fraction rounded once", fc.tuple(fc.integer({ min: 1, max: 1_000_000_000_000_000 }), factors, rounding), ([principal, spans, mode]) => {
  const exact = spans.map(([days, ppb]) => ({ numerator: BigInt(days) * BigInt(ppb), denominator: 365_000_000_000n }));
  let [grown, sum, scale] = [1n, 0n, 1n];
  for (const { numerator, denominator } of exact) {
    sum = scale * denominator + sum * (numerator + denominator);
    grown *= numerator + denominator;
    scale *= denominator;
  }
  assert.equal(levelPayment(principal, exact, 0, mode), Number(divideRounded(BigInt(principal) * grown, sum, mode)));
});

holdsCheaply("a level payment on a tie falls as its mode says", fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(2, 6, 10, 12, 14), rounding), ([whole, part, mode]) => {
  const principal = whole * part + part / 2;
  assert.equal(levelPayment(principal, [{ numerator: 1n, denominator: BigInt(part) }], 0, mode), Number(divideRounded(BigInt(principal) * BigInt(part + 1), BigInt(part), mode)));
});

holdsCheaply("payments and a balloon are worth the amount lent, and cover the interest of the first period", fc.tuple(fc.integer({ min: 10_000, max: 1_000_000_000 }), fc.integer({ min: 1, max: 40_000_000 }), fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true })), ([principal, numerator, count, share]) => {
  const r = { numerator, denominator: 1_000_000_000 };
  const balloon = Math.floor(principal * share);
  const payment = annuityPayment(principal, r, count, balloon, "half-even");
  assert.ok(payment * 1_000_000_000 + 1_000_000_000 >= principal * numerator);
  const discount = (1 + numerator / 1e9) ** -count;
  assert.ok(Math.abs((payment * (1 - discount)) / (numerator / 1e9) + balloon * discount - principal) <= count + principal * 1e-6, `${payment} and ${balloon} for ${principal}`);
});

const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 40 })).map(([m, s]): Decimal => ({ m, s }));
const atForty = (value: Decimal, s = 100): bigint => value.m * 10n ** BigInt(s - value.s);

holdsCheaply("decimals add and multiply exactly where no digits are agreed", fc.tuple(decimals, decimals), ([a, b]) => {
  assert.equal(atForty(addDecimal(a, b)), atForty(a) + atForty(b));
  assert.equal(atForty(multiplyDecimal(a, b, null), 200), atForty(a) * atForty(b));
});

holdsCheaply("significant digits: as many as agreed, off by at most half of the last", fc.tuple(decimals, fc.integer({ min: 1, max: 25 })), ([a, digits]) => {
  const rounded = significant(a, digits);
  const size = rounded.m < 0n ? -rounded.m : rounded.m;
  assert.ok(size.toString().length <= digits || a.m === 0n);
  const off = atForty(rounded) - atForty(a);
  assert.ok((off < 0n ? -off : off) * 2n <= 10n ** BigInt(100 - rounded.s));
});

holdsCheaply("a quotient times its divisor is the dividend, to the digits agreed", fc.tuple(decimals, decimals, fc.integer({ min: 5, max: 40 })), ([a, b, digits]) => {
  if (a.m === 0n || b.m === 0n) return;
  const back = multiplyDecimal(divideDecimal(a, b, digits), b, null);
  const [x, y] = [atForty(back, 300), atForty(a, 300)];
  const off = x > y ? x - y : y - x;
  assert.ok(off * 10n ** BigInt(digits - 1) <= (y < 0n ? -y : y));
});

holdsCheaply("minor units times a factor, and a number cut to places, are rounded once", fc.tuple(fc.integer({ min: 0, max: 1_000_000_000 }), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 25 }), rounding), ([minor, m, s, mode]) => {
  const exact = divideRounded(BigInt(minor) * m, 10n ** BigInt(s), mode);
  if (exact < 2n ** 53n) assert.equal(timesMinor(minor, { m, s }, null, mode), Number(exact));
  assert.equal(atForty(atScale({ m, s }, 8), 40), s <= 8 ? atForty({ m, s }, 40) : divideRounded(m, 10n ** BigInt(s - 8), "half-even") * 10n ** 32n);
  assert.equal(decimal(minor).m, BigInt(minor));
});

holdsCheaply("rates survive the wire, as share and as percent", fc.bigInt({ min: 0n, max: 10_000_000_000n }), (ppb) => {
  assert.equal(parseRate(formatRate(rate(ppb))).ppb, ppb);
  assert.equal(parsePercent(formatPercent(rate(ppb))).ppb, ppb);
});

holdsCheaply("a monthly rate is a twelfth of the yearly one", fc.bigInt({ min: 0n, max: 1_000_000_000n }), (ppb) => {
  assert.equal(toMonthly(fromMonthly(rate(ppb))).ppb, ppb);
  assert.equal(fromMonthly(rate(ppb)).ppb, ppb * 12n);
});

holdsCheaply("a yearly rate found makes the flows worth nothing", fc.tuple(fc.integer({ min: 1_000, max: 10_000_000 }), fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1, maxLength: 60 })), ([lent, repaid]) => {
  const days = [20_000];
  const amounts = [-lent];
  for (const [gap, amount] of repaid) {
    days.push((days.at(-1) ?? 0) + gap);
    amounts.push(amount);
  }
  const found = xirrOfDays(days, amounts);
  const total = repaid.reduce((sum, [, amount]) => sum + amount, 0);
  if (found === null) return;
  assert.ok(total >= lent === found >= 0 || Math.abs(total - lent) <= 1);
  const worth = xnpv(found, days.map((day, k) => ({ date: fromDay(day), amount: amounts[k] ?? 0 })));
  if (found < 1e6 && found > -0.999) assert.ok(Math.abs(worth) <= Math.max(1, total, lent) * 1e-6, `${worth} at ${found}`);
});

holdsCheaply("compounding more often never yields less, and the nominal rate comes back", fc.tuple(fc.double({ min: 0.0001, max: 2, noNaN: true }), fc.integer({ min: 1, max: 365 })), ([nominalRate, times]) => {
  const effective = effect(nominalRate, times);
  assert.ok(effective >= nominalRate * (1 - 1e-12));
  assert.ok(effect(nominalRate, times + 1) >= effective * (1 - 1e-9));
  assert.ok(Math.abs(nominal(effective, times) - nominalRate) < 1e-8);
});

holdsCheaply("payments are worth what they pay off, due at the end of a period or at its beginning", fc.tuple(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 480 }), fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(0 as const, 1 as const)), ([r, n, amount, type]) => {
  if (r > 0 && r < 1e-9) return;
  const back = pv(r, n, pmt(r, n, amount, 0, type), 0, type);
  assert.ok(Math.abs(back - amount) <= amount * 1e-7, `${back} of ${amount}`);
});

const acts = fc.array(fc.record({ what: fc.constantFrom("pay", "pay", "pay", "lend", "amount", "overdue", "rate", "solve"), row: fc.nat(11), day: fc.integer({ min: 0, max: 380 }), size: fc.integer({ min: 1, max: 200_000 }) }), { minLength: 1, maxLength: 12 });

holds("a progressive schedule worked on step by step is the one worked out anew", fc.tuple(acts, fc.constantFrom("equal_periods" as const, "actual_days" as const), fc.constantFrom(null, 12, 19)), ([steps, calculation, digits]) => {
  const start = 20_000;
  const book: ProgressiveBook = {
    rows: Array.from({ length: 12 }, (_v, k) => ({ from: start + 31 * k, due: start + 31 * (k + 1), amount: 100_000, credited: 0, paidPrincipal: 0, paidInterest: 0, payments: [], principal: 0, interest: 0, balance: 0, segments: [] })),
    lent: [{ day: start, amount: 1_000_000 }], rates: [{ fromDay: start, ratePpb: 180_000_000 }], factors: { rates: 1, byRow: new Map() }, overdueUntil: null, every: 1, unit: "months",
    interest: { daysInYear: 365, daysInMonth: "actual", calculation }, digits, rounding: "half-even", multiple: null,
  };
  solveAmount(book, start);
  for (const { what, row: index, day, size } of steps) {
    const row = book.rows[index] as ProgressiveBook["rows"][number];
    if (what === "pay") {
      const amount = Math.min(size, row.principal - row.paidPrincipal);
      if (amount <= 0) continue;
      row.payments.push({ day: start + day, amount });
      row.paidPrincipal += amount;
      row.paidInterest = row.interest;
    } else if (what === "lend") book.lent.push({ day: start + day, amount: size });
    else if (what === "amount") row.amount += size;
    else if (what === "overdue") book.overdueUntil = Math.max(book.overdueUntil ?? 0, start + day);
    else if (what === "rate") book.rates.push({ fromDay: Math.max(start + day, book.rates.at(-1)?.fromDay ?? 0), ratePpb: size * 1000 });
    const anew: ProgressiveBook = { ...structuredClone({ ...book, memo: undefined, factors: null }), factors: { rates: 0, byRow: new Map() } };
    for (const one of [book, anew]) {
      if (what === "solve") solveAmount(one, start + day);
      else recompute(one);
    }
    assert.deepEqual(book.rows, anew.rows);
    coversItsDays(book);
  }
});

/** Stretches follow one another through the period, each bearing its balance at the rate in force when it begins. */
function coversItsDays(book: ProgressiveBook): void {
  for (const row of book.rows) {
    const whole = row.segments.filter((s) => s.to > s.from);
    assert.equal(whole[0]?.from, row.from);
    assert.equal(whole.at(-1)?.to, row.due);
    for (const [k, s] of whole.entries()) {
      if (k > 0) assert.equal(s.from, whole[k - 1]?.to);
      const ratePpb = book.rates.findLast((r) => r.fromDay <= s.from)?.ratePpb ?? 0;
      const [part, days] = [s.to - s.from, row.due - row.from];
      const yearly = (BigInt(s.balance) * BigInt(ratePpb)) / 1_000_000_000n;
      // Of a month its twelfth, or its own days over 365; twelve digits carried may move a figure by a unit.
      const exact = book.interest.calculation === "equal_periods" ? Number(yearly) / 12 : (Number(yearly) * daysInMonthOf(s.from)) / 365;
      assert.ok(Math.abs(s.interest - (exact * part) / days) <= 0.5 + Math.abs(exact) * 1e-9 + 1, `${s.interest} on ${s.balance} for ${part} of ${days} days at ${ratePpb}`);
    }
  }
}

function daysInMonthOf(day: number): number {
  const { year, month } = dayToCivil(day);
  return daysInMonth(year, month);
}
