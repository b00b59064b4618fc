import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amountInWords, readMoney } from "./words.ts";

test("what people type for money is read exactly, or not at all", () => {
  const cases: readonly (readonly [string, number, string | undefined])[] = [
    ["12.5L", 2, "1250000.00"], ["1cr", 2, "10000000.00"], ["15k", 2, "15000.00"], ["1,50,000", 2, "150000.00"], ["₹ 2,00,000.50", 2, "200000.50"], ["0.125L", 2, "12500.00"], ["2m", 2, "2000000.00"], ["1500", 0, "1500"],
    ["12.345", 2, undefined], ["1.5", 0, undefined], ["-5", 2, undefined], ["five", 2, undefined], ["1e5", 2, undefined], ["", 2, undefined], ["1.23456789k", 2, undefined],
  ];
  for (const [typed, decimals, want] of cases) assert.equal(readMoney(typed, decimals), want, typed);
});

test("an amount written with any grouping is the same amount", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (minor) => {
    const plain = `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
    for (const locale of ["en-IN", "en-US"]) {
      const grouped = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(plain as unknown as number);
      assert.equal(readMoney(grouped, 2), plain, grouped);
    }
  }));
});

test("a suffix only shifts the point", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom(["k", 3] as const, ["L", 5] as const, ["cr", 7] as const), (n, [suffix, zeros]) => {
    assert.equal(readMoney(`${n}${suffix}`, 2), `${n}${"0".repeat(zeros)}.00`);
  }));
});

test("words follow the counting of the currency and the language of the reader", () => {
  assert.equal(amountInWords("1250000.00", "INR", "en"), "twelve lakh fifty thousand");
  assert.equal(amountInWords("1250000.00", "USD", "en"), "one million two hundred fifty thousand");
  assert.equal(amountInWords("21.05", "USD", "en"), "twenty-one and 05/100");
  assert.equal(amountInWords("175000", "INR", "hi"), "एक लाख पचहत्तर हज़ार");
  assert.equal(amountInWords("0", "INR", "en"), "zero");
});
