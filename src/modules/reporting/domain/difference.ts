export type Fact = string | number | null;
export type Facts = Readonly<Record<string, Fact>>;
/** What a file says of one thing, and the keyed hash of its whole record. */
export interface ReportedRow { readonly key: string; readonly fingerprint: string; readonly facts: Facts }
export interface RowDifference { readonly key: string; readonly change: "added" | "removed" | "changed"; readonly fields: readonly { readonly name: string; readonly before: Fact; readonly now: Fact }[] }
export interface TotalDifference { readonly name: string; readonly before: number; readonly now: number }

/**
 * Two files compared row by row. A row is changed when its record is another, even where none of the facts that may be shown differ:
 * then it has no fields, because what changed is personal.
 */
export function differenceOf(before: ReadonlyMap<string, ReportedRow>, now: ReadonlyMap<string, ReportedRow>): { readonly unchanged: number; readonly rows: readonly RowDifference[] } {
  const rows: RowDifference[] = [];
  let unchanged = 0;
  for (const row of now.values()) {
    const old = before.get(row.key);
    if (old === undefined) rows.push({ key: row.key, change: "added", fields: fieldsOf({}, row.facts) });
    else if (old.fingerprint !== row.fingerprint) rows.push({ key: row.key, change: "changed", fields: fieldsOf(old.facts, row.facts) });
    else unchanged++;
  }
  for (const row of before.values()) if (!now.has(row.key)) rows.push({ key: row.key, change: "removed", fields: fieldsOf(row.facts, {}) });
  return { unchanged, rows };
}

function fieldsOf(before: Facts, now: Facts): RowDifference["fields"] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].map((name) => ({ name, before: before[name] ?? null, now: now[name] ?? null })).filter((f) => f.before !== f.now);
}

/** Totals of two files side by side; one that only one of them has counts as nothing in the other. */
export function totalsOf(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): TotalDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].map((name) => ({ name, before: before[name] ?? 0, now: now[name] ?? 0 }));
}
