/** Why a mutant may live: the file, a part of its line, and the reason. Kept short: most survivors ask for a test, not for an excuse. */
export const REASONS: readonly { readonly file: string; readonly line: string; readonly reason: string }[] = [
  { file: "rounding.ts", line: "product <= Number.MAX_SAFE_INTEGER", reason: "chooses the faster of two ways to the same figure" },
  { file: "rounding.ts", line: "margin", reason: "decides by a double or by the exact fraction: same figure" },
  { file: "rounding.ts", line: "4_503_599_627_370_496", reason: "decides by a double or by the exact fraction: same figure" },
  { file: "annuity.ts", line: "2e-13", reason: "decides by a double or by the exact fraction: same figure" },
  { file: "progressive-walk.ts", line: "isSame", reason: "works a row out again that would have come out the same" },
];
