/** Amounts in words, so that a slip of the finger is seen before it is money. */

const ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const HINDI = ("शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस "
  + "इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ साठ इकसठ बासठ तिरेसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर "
  + "पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे").split(" ");

function belowHundred(n: number): string {
  if (n < 20) return ONES[n] ?? "";
  const ones = n % 10;
  return `${TENS[Math.floor(n / 10)]}${ones === 0 ? "" : `-${ONES[ones]}`}`;
}

type Step = readonly [bigint, string];
const INDIAN: readonly Step[] = [[10_000_000n, "crore"], [100_000n, "lakh"], [1000n, "thousand"], [100n, "hundred"]];
const WESTERN: readonly Step[] = [[1_000_000_000n, "billion"], [1_000_000n, "million"], [1000n, "thousand"], [100n, "hundred"]];
const HINDI_STEPS: readonly Step[] = [[10_000_000n, "करोड़"], [100_000n, "लाख"], [1000n, "हज़ार"], [100n, "सौ"]];

function spell(n: bigint, steps: readonly Step[], small: (n: number) => string): string {
  if (n < 100n) return small(Number(n));
  for (const [size, name] of steps) {
    if (n < size) continue;
    const rest = n % size;
    return `${spell(n / size, steps, small)} ${name}${rest === 0n ? "" : ` ${spell(rest, steps, small)}`}`;
  }
  return small(Number(n));
}

/**
 * The whole part of an amount in words, with the fraction as digits.
 * @example amountInWords("1250000", "INR", "en") is "twelve lakh fifty thousand"
 */
export function amountInWords(amount: string, currency: string, language: string): string {
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const n = BigInt(whole);
  const text = language === "hi" ? spell(n, HINDI_STEPS, (k) => HINDI[k] ?? "") : spell(n, currency === "INR" ? INDIAN : WESTERN, belowHundred);
  const cents = fraction.padEnd(2, "0");
  return /^0*$/.test(fraction) ? text : `${text} ${language === "hi" ? "और" : "and"} ${cents}/${10 ** cents.length}`;
}

const SUFFIX: Readonly<Record<string, number>> = { k: 3, l: 5, lakh: 5, lac: 5, m: 6, mn: 6, cr: 7, crore: 7, b: 9 };

/**
 * Reads what people type for money: digits with any grouping, and k, L, cr, m for thousand, lakh, crore, million.
 * Exact: it only shifts the point. Returns undefined for anything else.
 * @example readMoney("12.5L", 2) is "1250000.00"
 */
export function readMoney(typed: string, decimals: number): string | undefined {
  const text = typed.trim().toLowerCase().replaceAll(/[\s,₹$']/g, "");
  const match = /^(\d{1,15})(?:\.(\d{1,9}))?([a-z]{0,5})$/.exec(text);
  if (match === null) return undefined;
  const suffix = match[3] ?? "";
  const shift = suffix === "" ? 0 : SUFFIX[suffix];
  if (shift === undefined) return undefined;
  const fraction = match[2] ?? "";
  const digits = `${match[1]}${fraction}`;
  const places = fraction.length - shift;
  if (places > decimals && !/^0*$/.test(digits.slice(digits.length - (places - decimals)))) return undefined;
  const padded = places < 0 ? digits + "0".repeat(-places) : digits.padStart(places + 1, "0");
  const whole = places > 0 ? padded.slice(0, -places) : padded;
  const part = (places > 0 ? padded.slice(-places) : "").padEnd(decimals, "0").slice(0, decimals);
  const plain = whole.replace(/^0+(?=\d)/, "");
  return decimals === 0 ? plain : `${plain}.${part}`;
}
