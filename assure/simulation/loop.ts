import { setImmediate as settle } from "node:timers";
import { seededRandom } from "#kernel/ids.ts";

/** Time, order and chance of one simulated world: nothing happens but what waits here, and equal seeds happen alike. */
export interface Loop {
  readonly random: ReturnType<typeof seededRandom>;
  /** Simulated milliseconds since the world began. */
  nowMs(): number;
  /** Does something later; what is due at one moment is done in the order it was asked for. */
  after(ms: number, act: () => void): void;
  wait(ms: number): Promise<void>;
  chance(perThousand: number): boolean;
  between(least: number, most: number): number;
  /** Lets the world run until `done` says so. @throws Error when `mostEvents` did not suffice, or nothing is left to happen */
  run(done: () => boolean, mostEvents: number): Promise<void>;
  readonly events: number;
}

interface Waiting { readonly at: number; readonly order: number; readonly act: () => void }

export function startLoop(seed: number): Loop {
  const random = seededRandom(seed);
  const heap: Waiting[] = [];
  let [now, order, events] = [0, 0, 0];
  const after = (ms: number, act: () => void) => push(heap, { at: now + Math.max(0, ms), order: order++, act });
  return {
    random, after,
    nowMs: () => now,
    wait: (ms) => new Promise((done) => after(ms, done)),
    chance: (perThousand) => random.integer(1000) < perThousand,
    between: (least, most) => least + random.integer(most - least + 1),
    get events() {
      return events;
    },
    async run(done, mostEvents) {
      for (const last = events + mostEvents; !done();) {
        const next = pop(heap);
        if (next === undefined) throw new Error("nothing is left to happen, and the work is not done");
        if (++events > last) throw new Error(`${mostEvents} events did not suffice`);
        now = next.at;
        next.act();
        // Everything that the event set free runs to its next wait before the next event: promises have no order of their own then.
        await new Promise<void>((go) => void settle(go));
      }
    },
  };
}

const earlier = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Waiting[], item: Waiting): void {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!earlier(item, heap[parent] as Waiting)) break;
    heap[i] = heap[parent] as Waiting;
    i = parent;
  }
  heap[i] = item;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1] as Waiting, heap[child] as Waiting)) child++;
    if (!earlier(heap[child] as Waiting, last)) break;
    heap[i] = heap[child] as Waiting;
    i = child;
  }
  heap[i] = last;
  return top;
}
