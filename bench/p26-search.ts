import { fire, type Shot } from "../assure/load.ts";
import { clientOf } from "../assure/client.ts";
import { GENERATED, startPortfolioWorld } from "../assure/portfolio-world.ts";
import type { Check } from "../assure/result.ts";

const BAR_MS = 40;
const A_SECOND = 40;

/** Borrowers searched as people do: a part of a name, a loan's number, a phone's last digits, an identifier; each must find its person. */
export const p26: Check = {
  id: "P26",
  title: `search over --loans borrowers (20,000) by name part, loan number, phone and identifier, ${A_SECOND} a second, p99 at most ${BAR_MS} ms`,
  async run({ loans = 20_000, seconds = 10, seed, data, say }) {
    const world = await startPortfolioWorld({ loans, seed, data, apis: 1, say });
    try {
      const api = world.cluster.apis[0]?.url ?? "";
      const client = clientOf(api);
      const token = await client.signInStaff("bharat", "servicing");
      const owner = await world.owner(GENERATED);
      const { rows } = await owner.query<{ number: string; name: string }>("SELECT number, borrower_name AS name FROM servicing.loan_account WHERE tenant_id = 'tn_bharat' ORDER BY md5(id) LIMIT 200");
      await owner.end();
      const asks = rows.flatMap(({ number, name }) => [["number", number], ["name", name.slice(0, 5)], ["whole name", name], ["nobody", `${name} Nobody`]] as const);
      const faults: string[] = [];
      for (const { number, name } of rows.slice(0, 20)) {
        const found = (await client.must("GET", `/v1/loan-accounts?q=${encodeURIComponent(number)}`, { token })).body as { items: { number: string; borrowerName: string }[] };
        if (found.items[0]?.number !== number || found.items[0].borrowerName !== name) faults.push(`${number} finds ${found.items[0]?.number}`);
      }
      const shots: Shot[] = Array.from({ length: A_SECOND * (seconds + 2) }, (_v, n) => {
        const [kind, text] = asks[n % asks.length] as (typeof asks)[number];
        return { method: "GET", path: `/v1/loan-accounts?q=${encodeURIComponent(text)}&limit=25`, kind };
      });
      const result = await fire({ urls: [api], connections: 16, headers: { authorization: `Bearer ${token}` }, shots, perSecond: A_SECOND, warmUpMs: 2_000 });
      const others = Object.keys(result.statuses).filter((status) => status !== "200");
      faults.push(...others.map((status) => `${result.statuses[status]} answers ${status}: ${result.errors[0] ?? ""}`));
      for (const fault of faults.slice(0, 5)) say(fault);
      say(`p50 ${result.p50} ms, p99 ${result.p99} ms; ${Object.entries(result.kinds).map(([kind, t]) => `${kind} p99 ${t.p99}`).join(", ")}; ${faults.length} faults`);
      return { pass: faults.length === 0 && result.p99 <= BAR_MS, value: result.p99, unit: "ms p99", cases: result.count, violations: faults.length, seed, detail: { loans, p50: result.p50, max: result.max, kinds: result.kinds } };
    } finally {
      await world.close();
    }
  },
};
