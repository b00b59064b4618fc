import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

const AccountCode = Type.String({ pattern: "^[a-z][a-z0-9_]{1,60}$", description: "Code of the chart" });
const Kind = OneOf(["asset", "liability", "equity", "income", "expense", "memo"]);

export const LedgerAccountItem = Type.Object({
  code: Type.String(), name: Type.String(), kind: Kind, control: Type.Boolean(), active: Type.Boolean(), debit: MoneyJson, credit: MoneyJson, balance: MoneyJson,
});
export const JournalEntryItem = Type.Object({
  id: Type.String(), businessDate: DateJson, valueDate: DateJson, book: Type.String(), amount: MoneyJson, causeKind: Type.String(), causeId: Type.String(), memo: Type.String(),
  reversesId: Nullable(Type.String()), actorId: Type.String(), recordedAt: InstantJson,
});
/** A row of the journal: with the loan it is about, when its lines name one. */
export const JournalEntryRow = Type.Object({ ...JournalEntryItem.properties, loanAccountId: Nullable(Type.String()) });
export const PostingItem = Type.Object({
  entryId: Type.String(), line: Type.Integer(), businessDate: DateJson, valueDate: DateJson, account: Type.String(), debit: MoneyJson, credit: MoneyJson,
  loanAccountId: Nullable(Type.String()), productCode: Nullable(Type.String()), branchId: Nullable(Type.String()), causeKind: Type.String(), causeId: Type.String(), memo: Type.String(),
});
export const JournalEntryJson = Type.Object({
  ...JournalEntryItem.properties,
  lines: Type.Array(Type.Object({
    account: Type.String(), debit: Nullable(MoneyJson), credit: Nullable(MoneyJson), loanAccountId: Nullable(Type.String()), productCode: Nullable(Type.String()), branchId: Nullable(Type.String()),
  })),
});
export const TrialBalanceJson = Type.Object({
  asOf: DateJson, knownOn: Nullable(Type.String({ format: "date", description: "Given: asOf is a value date, and only what was posted by the end of this business date counts" })), book: Type.String(), books: Type.Array(Type.String({ description: "Every book that is kept" })),
  accounts: Type.Array(Type.Object({ account: Type.String(), name: Type.String(), kind: Kind, debit: MoneyJson, credit: MoneyJson, balance: MoneyJson })),
  totals: Type.Array(Type.Object({ currency: Type.String(), debit: MoneyJson, credit: MoneyJson, difference: MoneyJson })),
  closedThrough: Nullable(Type.String({ format: "date", description: "Nothing is posted on or before this day" })),
  controls: Type.Array(Type.Object({ account: Type.String(), ledger: MoneyJson, subledger: MoneyJson, difference: MoneyJson }), { description: "Proved as they are now; none beside balances by value date" }),
});
export const ProofItem = Type.Object({ id: Type.String(), businessDate: DateJson, book: Type.String(), check: Type.String(), account: Nullable(Type.String()), ledger: MoneyJson, expected: MoneyJson, difference: MoneyJson, provedAt: InstantJson });
export const ManualEntryRequest = Type.Object({
  valueDate: DateJson, businessDate: Type.Optional(DateJson), memo: Text(300), currency: Type.String({ pattern: "^[A-Z]{3}$" }),
  lines: Type.Array(Type.Object({
    account: AccountCode, side: OneOf(["debit", "credit"]), amount: MoneyJson, loanAccountId: Type.Optional(Id), productCode: Type.Optional(Text(60)), branchId: Type.Optional(Id),
  }, { additionalProperties: false }), { minItems: 2, maxItems: 200 }),
}, { additionalProperties: false, description: "An entry by hand; a second person posts it" });
export type ManualEntryRequest = Static<typeof ManualEntryRequest>;
export const ProposedJson = Type.Object({ approvalRequestId: Type.String(), state: Type.Literal("waiting") });
const ExportShape = {
  format: OneOf(["ledger", "csv", "xlsx", "parquet"]), dataset: Type.Optional(OneOf(["journal", "trial_balance", "general_ledger"])), from: Type.Optional(DateJson), to: Type.Optional(DateJson), book: Type.Optional(Text(40)),
  account: Type.Optional(AccountCode), currency: Type.Optional(Type.String({ pattern: "^[A-Z]{3}$" })),
};
export const ExportQuery = Type.Object(ExportShape);
export type ExportQuery = Static<typeof ExportQuery>;
export const ExportRequest = Type.Object(ExportShape, { additionalProperties: false, description: "A file made in the background; the general ledger needs its account" });
export const PeriodCloseRequest = Type.Object({
  through: DateJson, book: Type.Optional(Text(40)), reason: Type.Optional(Text(500, 5)),
}, { additionalProperties: false, description: "A red line of the checklist needs a reason" });
export const PeriodReopenRequest = Type.Object({ from: DateJson, book: Type.Optional(Text(40)), reason: Text(500, 5) }, { additionalProperties: false, description: "The first day that takes entries again" });
export const PeriodCloseJson = Type.Object({ book: Type.String(), closedThrough: DateJson });
const CloseCheckJson = Type.Object({
  check: OneOf(["end_of_day", "quarantine", "balanced", "control_accounts", "suspense_age", "bank_lines", "provisions", "revaluation"]), state: OneOf(["green", "red"]), detail: Type.String(),
});
export const CloseDeskJson = Type.Object({
  through: DateJson,
  books: Type.Array(Type.Object({ book: Type.String(), closedThrough: Nullable(DateJson), ready: Type.Boolean(), checks: Type.Array(CloseCheckJson) })),
});
export type CloseDeskJson = Static<typeof CloseDeskJson>;
export const PeriodEventItem = Type.Object({
  id: Type.String(), book: Type.String(), act: OneOf(["closed", "reopened"]), closedThrough: DateJson, closedBefore: Nullable(DateJson), reason: Nullable(Type.String()), red: Nullable(Type.String()),
  makerId: Type.String(), actorId: Type.String(), recordedAt: InstantJson,
});
const Pair = { now: MoneyJson, before: MoneyJson };
const StatementSectionJson = Type.Object({ lines: Type.Array(Type.Object({ account: Type.String(), name: Type.String(), ...Pair })), total: Type.Object(Pair) });
export const FinancialStatementsJson = Type.Object({
  book: Type.String(), books: Type.Array(Type.String({ description: "Every book that is kept" })), from: DateJson, to: DateJson, previousFrom: DateJson, previousTo: DateJson, yearStart: DateJson,
  currencies: Type.Array(Type.Object({
    currency: Type.String(), income: StatementSectionJson, expense: StatementSectionJson, result: Type.Object(Pair, { description: "Income less expense of the span" }),
    assets: StatementSectionJson, liabilities: StatementSectionJson, equity: StatementSectionJson,
    earlierResults: Type.Object(Pair, { description: "Results of the years before; reckoned, never carried by an entry" }), yearResult: Type.Object(Pair, { description: "Result of the financial year so far" }),
    difference: Type.Object(Pair, { description: "Assets less all that stands against them; 0 when the book balances" }),
  })),
});
export type FinancialStatementsJson = Static<typeof FinancialStatementsJson>;
export const SpanQuery = Type.Object({ from: Type.Optional(DateJson), to: Type.Optional(DateJson), book: Type.Optional(Text(40)) });
export const AccountLedgerQuery = Type.Object({
  ...SpanQuery.properties, currency: Type.Optional(Type.String({ pattern: "^[A-Z]{3}$" })), cursor: Type.Optional(Type.String({ maxLength: 100 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
});
export const AccountLedgerJson = Type.Object({
  account: Type.String(), name: Type.String(), kind: Kind, book: Type.String(), currency: Type.String(), currencies: Type.Array(Type.String()), from: DateJson, to: DateJson, opening: MoneyJson, closing: MoneyJson,
  items: Type.Array(Type.Object({
    entryId: Type.String(), line: Type.Integer(), businessDate: DateJson, valueDate: DateJson, memo: Type.String(), causeKind: Type.String(), causeId: Type.String(), loanAccountId: Nullable(Type.String()),
    debit: MoneyJson, credit: MoneyJson, balance: MoneyJson,
  })),
  nextCursor: Nullable(Type.String()),
});
export type AccountLedgerJson = Static<typeof AccountLedgerJson>;
export const SuspenseAgeingJson = Type.Object({
  asOf: DateJson, book: Type.String(), bands: Type.Array(Type.String({ description: "Days, youngest first" })),
  accounts: Type.Array(Type.Object({ account: Type.String(), balance: MoneyJson, bands: Type.Array(MoneyJson), oldestDays: Type.Integer(), items: Nullable(MoneyJson), unexplained: Nullable(MoneyJson) })),
});
export type SuspenseAgeingJson = Static<typeof SuspenseAgeingJson>;
export const OpenItem = Type.Object({
  id: Type.String(), kind: OneOf(["receipt", "receipt_match", "receipt_not_on_statement", "statement_line", "payout"]), account: Type.String(), amount: MoneyJson, since: Nullable(DateJson), ageDays: Nullable(Type.Integer()),
  loanAccountId: Nullable(Type.String()), note: Type.String(),
});
const Currency = Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" });
const FxRate = Type.String({ pattern: "^[0-9]{1,9}(\\.[0-9]{1,9})?$", description: "One unit of the foreign currency in the lender's own" });
export const FxRateItem = Type.Object({ currency: Currency, day: DateJson, rate: FxRate, source: Type.String(), makerId: Type.String(), approverId: Type.String(), recordedAt: InstantJson });
export const FxRatesRequest = Type.Object({
  source: Text(120), rates: Type.Optional(Type.Array(Type.Object({ currency: Type.String({ maxLength: 10 }), day: Type.String({ maxLength: 20 }), rate: Type.String({ maxLength: 30 }) }, { additionalProperties: false }), { maxItems: 5000 })),
  csv: Type.Optional(Type.String({ maxLength: 500_000, description: "Instead of rates: a file with the columns currency, day, rate" })),
}, { additionalProperties: false, description: "Rates by hand or from a file; a second person agrees" });
export const RevaluationRequest = Type.Object({ day: DateJson, book: Type.Optional(Text(40)) }, { additionalProperties: false });
const RevaluationState = OneOf(["proposed", "posted", "rejected", "reversed"]);
export const RevaluationItem = Type.Object({ id: Type.String(), day: DateJson, book: Type.String(), adjustment: MoneyJson, state: RevaluationState, journalEntryId: Nullable(Type.String()), madeBy: Type.String(), madeAt: InstantJson });
export const RevaluationLineItem = Type.Object({ account: Type.String(), balance: MoneyJson, rate: FxRate, carrying: MoneyJson, closing: MoneyJson, adjustment: MoneyJson });
export const RevaluationMadeJson = Type.Object({ id: Type.String(), approvalRequestId: Type.String(), state: Type.Literal("waiting") });
export const ReasonRequest = Type.Object({ reason: Text(500, 5) }, { additionalProperties: false });
export const ConsolidatedJson = Type.Object({
  asOf: DateJson, book: Type.String(), currency: Currency,
  accounts: Type.Array(Type.Object({ account: Type.String(), name: Type.String(), kind: Kind, native: Type.Array(MoneyJson), debit: Nullable(MoneyJson), credit: Nullable(MoneyJson) })),
  notPosted: MoneyJson, rounding: MoneyJson, totalDebit: MoneyJson, totalCredit: MoneyJson, rates: Type.Array(Type.Object({ currency: Currency, rate: FxRate })),
});
export type ConsolidatedJson = Static<typeof ConsolidatedJson>;
export const CashPositionJson = Type.Object({
  until: DateJson,
  banks: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), accountEnd: Type.String(), currency: Currency, statement: Nullable(MoneyJson), statementDate: Nullable(DateJson) })),
  currencies: Type.Array(Type.Object({
    currency: Currency, ledger: MoneyJson, statements: MoneyJson, difference: MoneyJson, incoming: MoneyJson, outgoing: MoneyJson, openItems: Type.Integer(), overdue: MoneyJson,
    days: Type.Array(Type.Object({ date: DateJson, loans: Type.Integer(), expected: MoneyJson, cash: MoneyJson })),
  })),
});
export type CashPositionJson = Static<typeof CashPositionJson>;
