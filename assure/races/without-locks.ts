import pg from "pg";

/** The planted mistake: nobody in this process takes locks on rows or on the period any more. Undone by `restore`. */
export function withoutRowLocks(): { restore(): void } {
  const honest = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown;
  pg.Client.prototype.query = function query(this: pg.Client, ...args: unknown[]): unknown {
    const statement = args[0] as { name?: string; text?: string };
    if (statement?.name === undefined || statement.text === undefined || statement.name.startsWith("kernel.idempotency")) return honest.apply(this, args);
    const text = statement.text.replace(/ FOR UPDATE( OF \w+)?( SKIP LOCKED)?/g, "").replace(/pg_advisory_xact_lock(_shared)?\(/g, "int4larger(");
    return honest.apply(this, [{ ...statement, text, name: `unlocked.${statement.name}` }, ...args.slice(1)]);
  } as typeof pg.Client.prototype.query;
  return {
    restore: () => {
      pg.Client.prototype.query = honest as typeof pg.Client.prototype.query;
    },
  };
}
