import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, GENERATED, startPortfolioWorld, WORKERS } from "../assure/portfolio-world.ts";

/** How many times longer ten times the loans may take. */
const BAR = 11;
/** The smaller portfolio is this part of the larger. */
const PART = 4;
const DAYS = 3;

/** The time of an ordinary end of day grows with the loans, and not faster. */
export const p07: Check = {
  id: "P07",
  title: `end of day of --loans loans (20,000) against a quarter of them: at most ${BAR} times longer for ten times the loans`,
  async run({ loans = 20_000, seed, say }) {
    const small = await ordinaryDay(Math.round(loans / PART), seed, say);
    const large = await ordinaryDay(loans, seed, say);
    const decade = Math.round(10 ** (Math.log(large.seconds / small.seconds) / Math.log(PART)) * 100) / 100;
    const faults = [...small.faults, ...large.faults];
    for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
    say(`${Math.round(loans / PART)} loans ${small.seconds} s, ${loans} loans ${large.seconds} s: ${decade} times for ten times the loans`);
    return {
      pass: faults.length === 0 && decade <= BAR, value: decade, unit: "times longer for ten times the loans", cases: 2, violations: faults.length, seed,
      detail: { loans: [Math.round(loans / PART), loans], seconds: [small.seconds, large.seconds], steps: { small: small.steps, large: large.steps }, workers: WORKERS, ...large.books },
    };
  },
};

/** The fastest of some days after the first: what others do on the machine only ever adds. */
async function ordinaryDay(loans: number, seed: number, say: (line: string) => void) {
  const world = await startPortfolioWorld({ loans, seed, say });
  try {
    const processes = await world.start(GENERATED);
    await closeTogether(processes);
    let best = await closeTogether(processes);
    for (let n = 1; n < DAYS; n++) {
      const day = await closeTogether(processes);
      if (day.seconds < best.seconds) best = day;
    }
    const books = await world.prove(GENERATED);
    return { seconds: best.seconds, steps: best.steps, faults: books.faults, books: booksOf(books) };
  } finally {
    await world.close();
  }
}
