import { decode } from "#kernel/codec.ts";
import type { Answer, Asked } from "./commands.ts";
import { mayRepeat } from "./commands.ts";
import { FIRST_DAY, LOANS } from "./genesis.ts";
import type { Planted, World } from "./world.ts";

/** What a client asked for and every answer to it that was final; the test's own memory of what must be so. */
export interface Asking { readonly asked: Asked; readonly finals: Answer[] }

const OPERATIONS = 4;

/** A client at work: it tries under one key until it knows, goes back to old keys, and now and then uses one for something else. */
export async function client(world: World, name: string, loanIds: readonly string[], log: Asking[], planted: Planted): Promise<void> {
  const { loop } = world;
  const mine: Asking[] = [];
  for (let n = 0; n < OPERATIONS; n++) {
    await loop.wait(loop.between(0, 1_500));
    const earlier = mine[loop.random.integer(Math.max(1, mine.length))];
    const dice = loop.random.integer(100);
    if (earlier !== undefined && dice < 10) {
      earlier.finals.push(await untilKnown(world, earlier.asked, planted));
      continue;
    }
    if (earlier !== undefined && dice < 20) {
      await otherBody(world, earlier, planted);
      continue;
    }
    const asking = { asked: next(world, name, n, loanIds, mine, dice), finals: [] as Answer[] };
    mine.push(asking);
    log.push(asking);
    asking.finals.push(await untilKnown(world, asking.asked, planted));
  }
}

function next(world: World, client: string, n: number, loanIds: readonly string[], mine: readonly Asking[], dice: number): Asked {
  const { loop } = world;
  const base = { key: `${client}-key-${n}`, client, loan: loanIds[loop.random.integer(LOANS)] as string };
  const paid = mine.find((a) => a.asked.command === "repay" && a.finals[0]?.status === 201);
  if (paid !== undefined && dice < 35) return { ...base, loan: paid.asked.loan, command: "reverse", eventId: eventIdOf(paid.finals[0] as Answer) };
  if (dice < 50) return { ...base, command: "charge", minor: loop.between(1, 500) * 100, dueDate: "2026-02-15" };
  const valueDate = loop.chance(200) ? FIRST_DAY : world.businessDate();
  // A paper that two clients may both have in hand: applied once.
  const reference = loop.chance(300) ? `UTR${loop.random.integer(2)}` : undefined;
  return { ...base, command: "repay", minor: loop.chance(50) ? 70_000_00 : loop.between(1, 12_000_00), valueDate, ...(reference === undefined ? {} : { reference, loan: loanIds[0] as string }) };
}

export function eventIdOf(answer: Answer): string {
  return decode<{ eventId?: string; eventIds?: string[] }>(answer.body).eventId ?? "";
}

async function untilKnown(world: World, asked: Asked, planted: Planted): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const answer = await world.send(planted.newKeyPerTry === true ? { ...asked, key: `${asked.key}-${tries}` } : asked);
    if (answer !== undefined && !mayRepeat(answer) && answer.status !== 500) return answer;
    await world.loop.wait(world.loop.between(20, 800));
  }
}

/** The key of a success with another amount must be refused, always. */
async function otherBody(world: World, earlier: Asking, planted: Planted): Promise<void> {
  const { asked, finals } = earlier;
  if (asked.command === "reverse" || finals[0]?.status !== 201) return;
  const answer = await untilKnown(world, { ...asked, minor: asked.minor + 1 }, planted);
  if (answer.code !== "idempotency.body_differs") world.faults.push(`another request under a used key was answered ${answer.status} ${answer.body.slice(0, 100)}`);
}
