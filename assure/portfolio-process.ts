import { openServices } from "#app/open-services.ts";
import { generateLoans } from "#app/generate/portfolio.ts";
import { wire } from "#app/wiring.ts";
import { addDays, isoDate } from "#engine/date.ts";
import { closeDays, readDay } from "#kernel/close-days.ts";
import { loadConfig } from "#kernel/config.ts";
import { makeContext } from "#kernel/context.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";
import { jobActor } from "#kernel/permissions.ts";

/**
 * A process beside others on one database, told over IPC what to do: `generate` a share of a portfolio, `close` the lenders' day, or `catch up` many.
 * Ready when it sends its first message; each answer says what was done and how long it took.
 */
export type Order =
  | { readonly kind: "generate"; readonly loans: number; readonly seed: number; readonly nth: number; readonly of: number }
  | { readonly kind: "close"; readonly tenantIds: readonly string[]; readonly date?: string }
  | { readonly kind: "catch up"; readonly tenantIds: readonly string[]; readonly days: number };

export interface Answer { readonly kind: string; readonly milliseconds: number; readonly rss: number; readonly loans?: number; readonly steps?: Readonly<Record<string, number>> }

const { services } = await openServices(loadConfig({ ...process.env }), { applicationName: "loanwright-bench", keepDatabaseRunning: true });
const steps = endOfDaySteps(wire(services).modules);
const answer = (message: Answer) => void process.send?.(message);

process.on("message", (order: Order) => {
  const began = performance.now();
  const rss = () => Math.round(process.memoryUsage().rss / 1_048_576);
  const work: Promise<Partial<Answer>> = order.kind === "generate" ? generate(order) : order.kind === "close" ? close(order) : catchUp(order);
  work.then((done) => answer({ kind: order.kind, milliseconds: performance.now() - began, rss: rss(), ...done }), (error: Error) => {
    console.error(error);
    process.exit(1);
  });
});
answer({ kind: "ready", milliseconds: 0, rss: 0 });

async function generate(order: Extract<Order, { kind: "generate" }>): Promise<{ loans: number }> {
  const { loans } = await generateLoans(services, { loans: order.loans, seed: order.seed, share: { nth: order.nth, of: order.of } });
  return { loans };
}

async function close(order: Extract<Order, { kind: "close" }>): Promise<{ steps: Record<string, number> }> {
  const spent: Record<string, number> = {};
  for (const tenantId of order.tenantIds) {
    let last = performance.now();
    await closeBusinessDay(services, tenantId, steps, (name) => {
      const now = performance.now();
      spent[name] = Math.round((spent[name] ?? 0) + now - last);
      last = now;
    }, order.date);
  }
  return { steps: spent };
}

/** As the worker does it when a lender's books have stood still: day after day, in one job. */
async function catchUp(order: Extract<Order, { kind: "catch up" }>): Promise<Partial<Answer>> {
  for (const tenantId of order.tenantIds) {
    const ctx = makeContext(services, { tenantId, actor: jobActor("bench"), requestId: services.ids.next("req") });
    const { closedThrough } = await readDay(ctx);
    const last = addDays(isoDate(closedThrough), order.days);
    await closeDays(ctx, steps, { title: `${order.days} missed days`, due: (day) => day.closedThrough < last });
  }
  return {};
}
