import { progressBar } from "../demo/progress.ts";
import { generateTogether } from "../generate/shared.ts";
import { seedLenders } from "../seed.ts";
import { Misuse, type Command } from "./command.ts";

/** Fills the demo lenders with loans of twelve products, at their opening balances or with their whole past. */
export const generate: Readonly<Record<string, Command>> = {
  generate: async ({ open, wiring, options }) => {
    const loans = whole("--loans", options.loans, 1_000);
    const seed = whole("--seed", options.seed, 1);
    const history = options.history ?? "opening";
    if (history !== "opening" && history !== "full") throw new Misuse("--history knows opening (loans as they stand, with opening balances) and full (every past fact and its postings)");
    await seedLenders(open.services, wiring);
    const bar = progressBar("Loans boarded", loans);
    const answer = await generateTogether(open, { loans, seed, history, onBatch: (made) => bar.tick(made) });
    bar.done();
    return { ok: true, answer };
  },
};

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Misuse(`${name} must be a whole number above zero`);
  return Number(text);
}
