import Type from "typebox";
import { money, toMoneyJson } from "#engine/money.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { DateJson, Text } from "#kernel/http/schemas.ts";
import type { Tx } from "#kernel/db.ts";
import { AccountLedgerJson, AccountLedgerQuery, CashPositionJson, FinancialStatementsJson, OpenItem, SpanQuery, SuspenseAgeingJson } from "./contract.ts";
import { AGE_BANDS } from "./domain/ageing.ts";
import { STATUTORY } from "./domain/entry.ts";
import type { Pair, StatementSection } from "./domain/statements.ts";
import { cashPosition } from "./queries/cash.ts";
import { booksKept } from "./queries/close-checks.ts";
import { accountLedger } from "./queries/general-ledger.ts";
import { openItemList } from "./queries/lists.ts";
import { financialStatements } from "./queries/statements.ts";
import { openItemSums, suspenseAgeing } from "./queries/suspense.ts";

const tags = ["ledger"];
const permission = "ledger.entry.read" as const;

/** What finance reads: statements, the general ledger of an account, and what stands in suspense. */
export function reportRoutes(app: App): void {
  app.get("/v1/financial-statements", {
    config: { permission },
    schema: { operationId: "getFinancialStatements", summary: "Income statement and balance sheet of a book, beside the span before", tags, querystring: SpanQuery, response: { 200: FinancialStatementsJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => statementsJson(tx, request.query))));

  app.get("/v1/ledger-accounts/:code/statement", {
    config: { permission },
    schema: { operationId: "getAccountLedger", summary: "The general ledger of one account with its running balance, debits minus credits", tags, params: Type.Object({ code: Text(61) }), querystring: AccountLedgerQuery, response: { 200: AccountLedgerJson } },
  }, async (request, reply) => {
    const of = await request.ctx.read((tx) => accountLedger(tx, { ...request.query, account: request.params.code }));
    const json = (minor: bigint) => toMoneyJson(money(minor, of.currency));
    const { lines, openingMinor, closingMinor, ...head } = of;
    return reply.send({ ...head, currencies: [...of.currencies], opening: json(openingMinor), closing: json(closingMinor), items: lines.map(({ debitMinor, creditMinor, balanceMinor, ...l }) => ({ ...l, debit: json(debitMinor), credit: json(creditMinor), balance: json(balanceMinor) })) });
  });

  app.get("/v1/suspense-ageing", {
    config: { permission },
    schema: { operationId: "getSuspenseAgeing", summary: "How long money has stood on suspense and clearing accounts, oldest cleared first", tags, querystring: Type.Object({ asOf: Type.Optional(DateJson), book: Type.Optional(Text(40)) }), response: { 200: SuspenseAgeingJson } },
  }, async (request, reply) => reply.send(await request.ctx.read((tx) => ageingJson(tx, request.query))));

  app.get("/v1/cash-position", {
    config: { permission },
    schema: { operationId: "getCashPosition", summary: "Cash in the books beside the bank's statements, and what falls due in thirty days", tags, response: { 200: CashPositionJson } },
  }, async (request, reply) => reply.send(await request.ctx.read(cashJson)));

  listRoute(app, { path: "/v1/open-items", operationId: "listOpenItems", summary: "Money in suspense and clearing, item by item", tags, permission, list: openItemList, item: OpenItem });
}

async function statementsJson(tx: Tx, query: { from?: string; to?: string; book?: string }) {
  const s = await financialStatements(tx, query);
  return {
    book: s.book, books: await booksKept(tx), ...s.span, previousFrom: s.previous.from, previousTo: s.previous.to, yearStart: s.yearStart,
    currencies: s.currencies.map((c) => {
      const pair = (p: Pair) => ({ now: toMoneyJson(money(p.now, c.currency)), before: toMoneyJson(money(p.before, c.currency)) });
      const section = (of: StatementSection) => ({ lines: of.lines.map((l) => ({ account: l.account, name: l.name, ...pair(l) })), total: pair(of.total) });
      return {
        currency: c.currency, income: section(c.income), expense: section(c.expense), result: pair(c.result), assets: section(c.assets), liabilities: section(c.liabilities), equity: section(c.equity),
        earlierResults: pair(c.earlierResults), yearResult: pair(c.yearResult), difference: pair(c.difference),
      };
    }),
  };
}

async function ageingJson(tx: Tx, query: { asOf?: string; book?: string }) {
  const book = query.book ?? STATUTORY;
  const asOf = query.asOf ?? tx.businessDate;
  // Items are known as they are now; beside a past day or another book they would explain nothing.
  const items = book === STATUTORY && asOf === tx.businessDate ? await openItemSums(tx) : () => undefined;
  const accounts = (await suspenseAgeing(tx, query)).map((a) => {
    const json = (minor: bigint) => toMoneyJson(money(minor, a.currency));
    const known = items(a.account, a.currency);
    return { account: a.account, balance: json(a.balanceMinor), bands: a.bandsMinor.map(json), oldestDays: a.oldestDays, items: known === undefined ? null : json(known), unexplained: known === undefined ? null : json(a.balanceMinor - known) };
  });
  return { asOf, book, bands: AGE_BANDS.map((b) => b.band), accounts };
}

async function cashJson(tx: Tx) {
  const { banks, currencies, until } = await cashPosition(tx);
  return {
    until,
    banks: banks.map(({ statementMinor, ...b }) => ({ ...b, statement: statementMinor === null ? null : toMoneyJson(money(statementMinor, b.currency)) })),
    currencies: currencies.map((c) => {
      const m = (minor: bigint) => toMoneyJson(money(minor, c.currency));
      return {
        currency: c.currency, ledger: m(c.ledgerMinor), statements: m(c.statementsMinor), difference: m(c.differenceMinor), incoming: m(c.incomingMinor), outgoing: m(c.outgoingMinor), openItems: c.openItems, overdue: m(c.overdueMinor),
        days: c.days.map((d) => ({ date: d.date, loans: d.loans, expected: m(d.expectedMinor), cash: m(d.cashMinor) })),
      };
    }),
  };
}
