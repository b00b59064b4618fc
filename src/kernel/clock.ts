/** An instant as RFC 3339 text in UTC, for instance 2026-01-31T09:30:00.000Z. */
export type Instant = string & { readonly __brand: "Instant" };

/** Where "now" comes from. Injected everywhere, so that whole histories can be simulated. */
export interface Clock {
  now(): Instant;
  /** Milliseconds since 1970, for lifetimes of codes and sessions. */
  nowMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString() as Instant,
  nowMs: () => Date.now(),
};

/** A clock that moves only when told, for tests and simulations. */
export function steppedClock(start: string, stepMs = 1): Clock & { advance(ms: number): void } {
  let at = Date.parse(start);
  return {
    now: () => {
      at += stepMs;
      return new Date(at).toISOString() as Instant;
    },
    nowMs: () => at,
    advance: (ms) => {
      at += ms;
    },
  };
}

/** The instant `ms` milliseconds after `at`. */
export function plusMs(at: Instant, ms: number): Instant {
  return new Date(Date.parse(at) + ms).toISOString() as Instant;
}

/** Reads an instant from text. @throws RangeError when it is none */
export function instant(text: string): Instant {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: ${text}`);
  return new Date(ms).toISOString() as Instant;
}
