import type { Check } from "../assure/result.ts";
import { booksOf } from "./measured.ts";
import { closeTogether, differences, GENERATED, startPortfolioWorld, TENANTS, WORKERS } from "../assure/portfolio-world.ts";

/** Two runs of the same work differ by this much on a machine that does other things too. */
const NOISE = 1.15;

/** Thirty days that were missed are thirty days closed one by one: the same rows, and no more time. */
export const p06: Check = {
  id: "P06",
  title: "30 missed days (--cycles) caught up in one job equal 30 days closed one by one, row by row, in no more time",
  async run({ loans = 5_000, cycles: days = 30, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, say });
    try {
      await world.copy("missed");
      const daily: number[] = [];
      const everyDay = await world.start(GENERATED);
      for (let n = 0; n < days; n++) daily.push((await closeTogether(everyDay)).seconds);
      await Promise.all(everyDay.map((p) => p.end()));
      const atOnce = await world.start("missed");
      const caughtUp = await closeTogether(atOnce, { kind: "catch up", tenantIds: TENANTS, days });
      const [a, b] = [await world.owner(GENERATED), await world.owner("missed")];
      const differing = await differences(a, b);
      await Promise.all([a.end(), b.end()]);
      const books = await world.prove("missed");
      const median = [...daily].sort((x, y) => x - y)[Math.floor(days / 2)] ?? 0;
      const dailySeconds = Math.round(daily.reduce((sum, s) => sum + s, 0) * 10) / 10;
      const faults = [...differing, ...books.faults];
      for (const fault of faults.slice(0, 10)) say(fault.slice(0, 400));
      say(`${days} days one by one ${dailySeconds} s (median ${median} s), caught up in ${caughtUp.seconds} s; ${faults.length} faults`);
      return {
        pass: faults.length === 0 && caughtUp.seconds <= Math.max(dailySeconds, days * median) * NOISE, value: caughtUp.seconds, unit: "s", cases: days, violations: faults.length, seed,
        detail: { loans, dailySeconds, medianDaySeconds: median, worstDaySeconds: Math.max(...daily), timesASingleDay: Math.round((caughtUp.seconds / median) * 10) / 10, workers: WORKERS, rssMegabytes: caughtUp.rss, differing, ...booksOf(books) },
      };
    } finally {
      await world.close();
    }
  },
};
