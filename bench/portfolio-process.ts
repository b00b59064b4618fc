import { openServices } from "#app/open-services.ts";
import { generateOpening } from "#app/generate/portfolio.ts";
import { wire } from "#app/wiring.ts";
import { loadConfig } from "#kernel/config.ts";
import { closeBusinessDay, endOfDaySteps } from "#kernel/end-of-day.ts";

/**
 * A process beside others on one database, told over IPC what to do: `generate` a share of a portfolio, or `close` the lenders' day.
 * Ready when it sends its first message; each answer says what was done and how long it took.
 */
export type Order =
  | { readonly kind: "generate"; readonly loans: number; readonly seed: number; readonly nth: number; readonly of: number }
  | { readonly kind: "close"; readonly tenantIds: readonly string[] };

export interface Answer { readonly kind: string; readonly milliseconds: number; readonly rss: number; readonly loans?: number; readonly steps?: Readonly<Record<string, number>> }

const { services } = await openServices(loadConfig({ ...process.env }), { applicationName: "loanwright-bench", keepDatabaseRunning: true });
const steps = endOfDaySteps(wire(services).modules);
const answer = (message: Answer) => void process.send?.(message);

process.on("message", (order: Order) => {
  const began = performance.now();
  const rss = () => Math.round(process.memoryUsage().rss / 1_048_576);
  const work = order.kind === "generate" ? generate(order) : close(order);
  work.then((done) => answer({ kind: order.kind, milliseconds: performance.now() - began, rss: rss(), ...done }), (error: Error) => {
    console.error(error);
    process.exit(1);
  });
});
answer({ kind: "ready", milliseconds: 0, rss: 0 });

async function generate(order: Extract<Order, { kind: "generate" }>): Promise<{ loans: number }> {
  const { loans } = await generateOpening(services, { loans: order.loans, seed: order.seed, share: { nth: order.nth, of: order.of } });
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
    });
  }
  return { steps: spent };
}
