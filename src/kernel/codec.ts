/**
 * JSON with big integers, for answers and payloads that are stored and must come back as they were:
 * a bigint is written as {"$n":"123"}.
 */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? { $n: inner.toString() } : inner)) ?? "null";
}

export function decode<T>(text: string): T {
  return JSON.parse(text, (_key, inner: unknown) => {
    if (inner !== null && typeof inner === "object" && "$n" in inner && Object.keys(inner).length === 1) {
      return BigInt((inner as { $n: string }).$n);
    }
    return inner;
  }) as T;
}

/** JSON with sorted keys, so that equal values have equal text: what hashes and signatures are made of. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? "null";
}

function sorted(value: unknown): unknown {
  if (typeof value === "bigint") return { $n: value.toString() };
  if (Array.isArray(value)) return value.map(sorted);
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
  }
  return value;
}
