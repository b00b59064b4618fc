import Type from "typebox";
import { fromMoneyJson, money, toMoneyJson } from "#engine/money.ts";
import type { App } from "#kernel/http/app.ts";
import { listRoute } from "#kernel/http/list-route.ts";
import { DateJson, Id, Text } from "#kernel/http/schemas.ts";
import { problem as kernelProblem } from "#kernel/kernel-problems.ts";
import { proposeManualEntry, proposeReversal, type ManualEntry } from "./commands/manual-entry.ts";
import { proveControls } from "./commands/prove.ts";
import { JournalEntryJson, JournalEntryRow, LedgerAccountItem, ManualEntryRequest, PostingItem, ProofItem, ProposedJson, TrialBalanceJson } from "./contract.ts";
import { trialBalance } from "./queries/balances.ts";
import { getEntry } from "./queries/entries.ts";
import { booksKept } from "./queries/close-checks.ts";
import { accountList, entryList, postingList, proofList } from "./queries/lists.ts";
import { closeRoutes } from "./routes-close.ts";
import { exportRoutes } from "./routes-exports.ts";
import { currencyRoutes } from "./routes-fx.ts";
import { reportRoutes } from "./routes-reports.ts";

const tags = ["ledger"];

/** Routes of the books: chart, journal, general ledger, trial balance, exports, entries by hand, closes. */
export function routes(app: App): void {
  listRoute(app, { path: "/v1/ledger-accounts", operationId: "listLedgerAccounts", summary: "The chart with balances", tags, permission: "ledger.entry.read", list: accountList, item: LedgerAccountItem });
  listRoute(app, { path: "/v1/journal-entries", operationId: "listJournalEntries", summary: "Journal entries, newest first", tags, permission: "ledger.entry.read", list: entryList, item: JournalEntryRow });
  listRoute(app, { path: "/v1/postings", operationId: "listPostings", summary: "The general ledger: filter by account, loan or date", tags, permission: "ledger.entry.read", list: postingList, item: PostingItem });
  listRoute(app, { path: "/v1/ledger-proofs", operationId: "listLedgerProofs", summary: "What end of day proved: books against totals and loans", tags, permission: "ledger.entry.read", list: proofList, item: ProofItem });
  reading(app);
  writing(app);
  closeRoutes(app);
  currencyRoutes(app);
  exportRoutes(app);
  reportRoutes(app);
}

function reading(app: App): void {
  app.get("/v1/journal-entries/:id", {
    config: { permission: "ledger.entry.read" },
    schema: { operationId: "getJournalEntry", summary: "One entry with its lines", tags, params: Type.Object({ id: Id }), response: { 200: JournalEntryJson } },
  }, async (request, reply) => {
    const e = await request.ctx.read((tx) => getEntry(tx, request.params.id));
    const json = (minor: bigint | undefined) => (minor === undefined ? null : toMoneyJson(money(minor, e.currency)));
    return reply.send({
      ...e, amount: toMoneyJson(money(e.amountMinor, e.currency)),
      lines: e.lines.map((l) => ({ account: l.account, debit: json(l.debit), credit: json(l.credit), loanAccountId: l.loanAccountId ?? null, productCode: l.productCode ?? null, branchId: l.branchId ?? null })),
    });
  });

  app.get("/v1/trial-balance", {
    config: { permission: "ledger.entry.read" },
    schema: { operationId: "getTrialBalance", summary: "Balances of all accounts at the end of a business date, with the proof against the loans as they are now; with knownOn by value date, from what was posted by then", tags, querystring: Type.Object({ asOf: Type.Optional(DateJson), knownOn: Type.Optional(DateJson), book: Type.Optional(Text(40)) }), response: { 200: TrialBalanceJson } },
  }, async (request, reply) => reply.send(await request.ctx.read(async (tx) => {
    const tb = await trialBalance(tx, request.query);
    const m = (minor: bigint, currency: string) => toMoneyJson(money(minor, currency));
    const controls = tb.knownOn === null ? (await proveControls(tx)).filter((c) => c.book === tb.book) : [];
    return {
      asOf: tb.asOf, knownOn: tb.knownOn, book: tb.book, books: await booksKept(tx), closedThrough: tb.closedThrough,
      accounts: tb.accounts.map((a) => ({ account: a.account, name: a.name, kind: a.kind, debit: m(a.debitMinor, a.currency), credit: m(a.creditMinor, a.currency), balance: m(a.balanceMinor, a.currency) })),
      totals: tb.totals.map((t) => ({ currency: t.currency, debit: m(t.debitMinor, t.currency), credit: m(t.creditMinor, t.currency), difference: m(t.differenceMinor, t.currency) })),
      controls: controls.map((c) => ({ account: c.account ?? "", ledger: m(c.ledgerMinor, c.currency), subledger: m(c.expectedMinor, c.currency), difference: m(c.ledgerMinor - c.expectedMinor, c.currency) })),
    };
  })));
}

function writing(app: App): void {
  app.post("/v1/manual-entries", {
    config: { permission: "ledger.manual_entry.propose", idempotent: true },
    schema: { operationId: "proposeManualEntry", summary: "Propose an entry by hand; a second person posts it", tags, body: ManualEntryRequest, response: { 202: ProposedJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const entry = manualEntry(request.body);
    const made = await ctx.transaction((tx) => proposeManualEntry(tx, ctx, entry));
    return reply.code(202).send({ approvalRequestId: made.id, state: "waiting" as const });
  });

  app.post("/v1/journal-entries/:id/reversals", {
    config: { permission: "ledger.manual_entry.propose", idempotent: true },
    schema: { operationId: "proposeEntryReversal", summary: "Propose to undo an entry by its opposite; a second person posts it", tags, params: Type.Object({ id: Id }), body: Type.Object({ memo: Text(300) }, { additionalProperties: false }), response: { 202: ProposedJson } },
  }, async (request, reply) => {
    const { ctx } = request;
    const made = await ctx.transaction((tx) => proposeReversal(tx, ctx, request.params.id, request.body.memo));
    return reply.code(202).send({ approvalRequestId: made.id, state: "waiting" as const });
  });
}

function manualEntry(body: ManualEntryRequest): ManualEntry {
  const wrong = body.lines.flatMap((l, i) => {
    if (l.amount.currency !== body.currency) return [{ pointer: `/lines/${i}/amount/currency`, code: "field.currency", detail: `The entry is in ${body.currency}.` }];
    try {
      if (fromMoneyJson(l.amount).minor > 0n) return [];
    } catch {
      // More decimals than the currency has: reported like any other bad amount.
    }
    return [{ pointer: `/lines/${i}/amount/amount`, code: "field.amount", detail: `Use an amount above zero with the decimals of ${body.currency}.` }];
  });
  if (wrong.length > 0) throw kernelProblem("request.invalid", undefined, { errors: wrong });
  const { lines, ...head } = body;
  return { ...head, lines: lines.map(({ side, amount, ...line }) => ({ ...line, [side]: fromMoneyJson(amount).minor })) };
}
