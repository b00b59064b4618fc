import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, GENERATED, startPortfolioWorld, WORKERS } from "../assure/portfolio-world.ts";

/** How many times longer ten times the loans may take. */
const BAR = 11;
const DAYS = 3;

/** A small portfolio is set against a quarter of it, a large one against a tenth and a hundredth. */
const sizesOf = (loans: number): number[] => (loans >= 1_000_000 ? [loans / 100, loans / 10, loans] : [Math.round(loans / 4), loans]);

/** The time of an ordinary end of day grows with the loans, and not faster. */
export const p07: Check = {
  id: "P07",
  title: `end of day of --loans loans (20,000) against a quarter of them, of a million against 100,000 and 10,000: at most ${BAR} times longer for ten times the loans`,
  async run({ loans = 20_000, seed, data, say }) {
    const days: Awaited<ReturnType<typeof ordinaryDay>>[] = [];
    for (const size of sizesOf(loans)) days.push(await ordinaryDay(size, seed, size === loans ? data : undefined, say));
    const decades = days.slice(1).map((day, n) => {
      const before = days[n] as typeof day;
      return Math.round(10 ** (Math.log(day.seconds / before.seconds) / Math.log(day.loans / before.loans)) * 100) / 100;
    });
    const worst = Math.max(...decades);
    const faults = days.flatMap((day) => day.faults);
    for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
    say(`${days.map((day) => `${day.loans} loans ${day.seconds} s`).join(", ")}: ${decades.join(", ")} times for ten times the loans`);
    return {
      pass: faults.length === 0 && worst <= BAR, value: worst, unit: "times longer for ten times the loans", cases: days.length, violations: faults.length, seed,
      detail: { loans: days.map((day) => day.loans), seconds: days.map((day) => day.seconds), decades, steps: days.map((day) => day.steps), workers: WORKERS, ...days.at(-1)?.books },
    };
  },
};

/** The fastest of some days after the first: what others do on the machine only ever adds. */
async function ordinaryDay(loans: number, seed: number, data: string | undefined, say: (line: string) => void) {
  const world = await startPortfolioWorld({ loans, seed, data, say });
  try {
    const processes = await world.start(GENERATED);
    await closeTogether(processes);
    let best = await closeTogether(processes);
    for (let n = 1; n < DAYS; n++) {
      const day = await closeTogether(processes);
      if (day.seconds < best.seconds) best = day;
    }
    const books = await world.prove(GENERATED);
    return { loans, seconds: best.seconds, steps: best.steps, faults: books.faults, books: booksOf(books) };
  } finally {
    await world.close();
  }
}
