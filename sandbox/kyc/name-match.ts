/** A name as its words: no accents, no punctuation, no titles, upper case, in alphabetical order. */
export function nameWords(name: string): readonly string[] {
  return name.normalize("NFD").replaceAll(/\p{M}/gu, "").toUpperCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim().split(" ")
    .filter((word) => word !== "" && !TITLES.has(word)).sort();
}

const TITLES: ReadonlySet<string> = new Set(["MR", "MRS", "MS", "DR", "SHRI", "SMT", "JR", "SR"]);

/**
 * How alike two words are, 0 to 1.
 * @source Winkler (1990), String Comparator Metrics: Jaro similarity, raised by up to four equal first letters at 0.1 each
 */
export function jaroWinkler(one: string, two: string): number {
  if (one === two) return 1;
  const window = Math.max(Math.floor(Math.max(one.length, two.length) / 2) - 1, 0);
  const usedTwo = new Uint8Array(two.length);
  const matchedOne: string[] = [];
  for (let at = 0; at < one.length; at++) {
    for (let other = Math.max(0, at - window); other < Math.min(two.length, at + window + 1); other++) {
      if (usedTwo[other] === 1 || one[at] !== two[other]) continue;
      usedTwo[other] = 1;
      matchedOne.push(one[at] ?? "");
      break;
    }
  }
  const matches = matchedOne.length;
  if (matches === 0) return 0;
  let transposed = 0;
  let seen = 0;
  for (let other = 0; other < two.length; other++) if (usedTwo[other] === 1 && matchedOne[seen++] !== two[other]) transposed += 1;
  const jaro = (matches / one.length + matches / two.length + (matches - transposed / 2) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < one.length && one[prefix] === two[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/**
 * How alike two names are, 0 to 100: each word of the shorter name with its best partner in the longer one, weighted by
 * length. Words left over in the longer name cost a little, for a middle name is often left out.
 * @example nameScore(nameWords("Asha Rao"), nameWords("RAO, Asha")) is 100
 */
export function nameScore(one: readonly string[], two: readonly string[]): number {
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  if (short.length === 0) return 0;
  const free = [...long];
  let weight = 0;
  let likeness = 0;
  for (const word of short) {
    let best = 0;
    let bestAt = -1;
    free.forEach((candidate, at) => {
      const score = jaroWinkler(word, candidate);
      if (score > best) [best, bestAt] = [score, at];
    });
    if (bestAt >= 0) free.splice(bestAt, 1);
    weight += word.length;
    likeness += best * word.length;
  }
  return Math.max(0, Math.round((likeness / weight) * 100) - 3 * free.length);
}
