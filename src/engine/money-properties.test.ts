import assert from "node:assert/strict";
import * as fc from "fast-check";
import { addMoney, allocate, compareMoney, currencyDecimals, formatAmount, fromMoneyJson, money, multiplyMoney, negateMoney, parseAmount, subtractMoney, sumMoney, toMoneyJson, zeroMoney } from "./money.ts";
import { divideRounded, ROUNDINGS } from "./rounding.ts";
import { holdsCheaply } from "./testing/property-kit.ts";

/** Money: exact, of one currency. */

const currency = fc.constantFrom("USD" as const, "INR" as const, "JPY" as const, "KWD" as const, "EUR" as const);
const minor = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });

holdsCheaply("two currencies never mix: adding, taking off, comparing and summing them throw", fc.tuple(minor, minor, currency, currency), ([a, b, one, other]) => {
  if (one === other) return;
  const [x, y] = [money(a, one), money(b, other)];
  for (const mix of [() => addMoney(x, y), () => subtractMoney(x, y), () => compareMoney(x, y), () => sumMoney([x, y], one), () => sumMoney([y], one)]) assert.throws(mix);
});

holdsCheaply("what is added and taken off again is what it was, and negating twice too", fc.tuple(minor, minor, currency), ([a, b, code]) => {
  const [x, y] = [money(a, code), money(b, code)];
  assert.deepEqual(subtractMoney(addMoney(x, y), y), x);
  assert.deepEqual(negateMoney(negateMoney(x)), x);
  assert.deepEqual(addMoney(x, negateMoney(x)), zeroMoney(code));
  assert.equal(compareMoney(x, y), a < b ? -1 : a > b ? 1 : 0);
});

holdsCheaply("an amount survives text and wire with the decimals of its currency", fc.tuple(minor, currency), ([a, code]) => {
  const amount = money(a, code);
  const text = formatAmount(amount);
  assert.deepEqual(parseAmount(text, code), amount);
  assert.deepEqual(fromMoneyJson(toMoneyJson(amount)), amount);
  const decimals = { USD: 2, INR: 2, EUR: 2, JPY: 0, KWD: 3 }[code];
  assert.equal(text.split(".")[1]?.length ?? 0, decimals);
  assert.equal(currencyDecimals(code), decimals);
});

holdsCheaply("a sum does not depend on the order", fc.tuple(fc.array(minor, { maxLength: 12 }), currency), ([all, code]) => {
  const amounts = all.map((a) => money(a, code));
  assert.deepEqual(sumMoney(amounts, code), sumMoney([...amounts].reverse(), code));
  assert.equal(sumMoney(amounts, code).minor, all.reduce((s, a) => s + a, 0n));
});

holdsCheaply("parts of an amount add up to it, and no part is a unit away from its share", fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1, maxLength: 9 }), currency), ([a, weights, code]) => {
  const total = weights.reduce((s, w) => s + w, 0n);
  if (total === 0n) return;
  const parts = allocate(money(a, code), weights);
  assert.equal(parts.reduce((s, p) => s + p.minor, 0n), a);
  for (const [k, part] of parts.entries()) {
    const off = part.minor * total - a * (weights[k] ?? 0n);
    assert.ok((off < 0n ? -off : off) < total);
  }
});

holdsCheaply("a share of an amount is the exact fraction, rounded once", fc.tuple(minor, fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: 1n, max: 1000n }), fc.constantFrom(...ROUNDINGS), currency), ([a, n, d, rounding, code]) => {
  assert.equal(multiplyMoney(money(a, code), n, d, rounding).minor, divideRounded(a * n, d, rounding));
});
