import assert from "node:assert/strict";
import * as fc from "fast-check";
import { annuityPayment, levelPayment, roundToMultiple } from "./annuity.ts";
import { addDecimal, atScale, decimal, divideDecimal, multiplyDecimal, significant, timesMinor } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import { formatPercent, formatRate, fromMonthly, parsePercent, parseRate, rate, toMonthly } from "./rate.ts";
import { divideRounded, divideSafe, mulDiv, roundedIfClear, ROUNDINGS } from "./rounding.ts";
import { holdsCheaply } from "./property-kit.test.ts";
import { xirrOfDays, xnpv } from "./xirr.ts";
import { fromDay } from "./date.ts";
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
  assert.equal(mulDiv(a, 1, d, mode), Number(divideRounded(BigInt(a), BigInt(d), mode)));
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

holdsCheaply("a level payment on a tie falls as its mode says", fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(2n, 4n, 8n), rounding), ([whole, part, mode]) => {
  const principal = whole * Number(part) * 2 + 1;
  assert.equal(levelPayment(principal, [{ numerator: part / 2n, denominator: part }], 0, mode), Number(divideRounded(BigInt(principal) * 3n, 2n, mode)));
});

holdsCheaply("a level payment covers the interest of its first period, and a balloon lowers it", fc.tuple(fc.integer({ min: 10_000, max: 1_000_000_000 }), fc.integer({ min: 1, max: 40_000_000 }), fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true })), ([principal, numerator, count, share]) => {
  const r = { numerator, denominator: 1_000_000_000 };
  const [plain, eased] = [annuityPayment(principal, r, count, 0, "half-even"), annuityPayment(principal, r, count, Math.floor(principal * share), "half-even")];
  assert.ok(plain * 1_000_000_000 + 1_000_000_000 >= principal * numerator);
  assert.ok(eased <= plain && plain * count >= principal - count);
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
