import type { Loop } from "./loop.ts";

/** What may go wrong in a simulated world. */
export const FAULTS = [
  "process killed before a statement", "process killed after a commit", "database killed", "connection cut", "connection left half open",
  "request lost", "answer lost", "request doubled", "request late", "clock forward", "clock back", "serialization failure", "deadlock told", "deadlock found",
  "receiver unreachable", "receiver answers 500", "receiver took it and did not answer", "queue hands a job out again", "two leaders for one day", "leader paused",
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often what goes wrong, per thousand occasions; drawn anew for each world, so that some worlds know few faults and much of each. */
export interface Weather {
  /** Whether it happens now; counted when it does, and never once the weather is calm. */
  hits(fault: Fault): boolean;
  calm(): void;
  readonly counts: Readonly<Record<Fault, number>>;
}

const MOST_PER_THOUSAND: Readonly<Record<Fault, number>> = {
  "process killed before a statement": 15, "process killed after a commit": 60, "database killed": 60, "connection cut": 100, "connection left half open": 500,
  "request lost": 200, "answer lost": 250, "request doubled": 250, "request late": 200, "clock forward": 300, "clock back": 300, "serialization failure": 30, "deadlock told": 20, "deadlock found": 0,
  "receiver unreachable": 300, "receiver answers 500": 300, "receiver took it and did not answer": 300, "queue hands a job out again": 150, "two leaders for one day": 1000, "leader paused": 400,
};

export function weatherOf(loop: Loop): Weather {
  const rates = Object.fromEntries(FAULTS.map((fault) => [fault, loop.chance(600) ? loop.random.integer(MOST_PER_THOUSAND[fault] + 1) : 0])) as Record<Fault, number>;
  const counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  let stormy = true;
  return {
    counts,
    hits: (fault) => {
      const hit = stormy && rates[fault] > 0 && loop.chance(rates[fault]);
      if (hit) counts[fault]++;
      return hit;
    },
    calm: () => {
      stormy = false;
    },
  };
}
