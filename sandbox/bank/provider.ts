import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { PAGE_HEADERS } from "../html.ts";
import { addRoute, type Answer, created, ok } from "../http.ts";
import type { Keys } from "../keys.ts";
import { invalid, Refusal } from "../refusal.ts";
import { DateText, Shape } from "../schemas.ts";
import { sha256 } from "../seeded.ts";
import type { Change } from "../state.ts";
import { accountAnswer, AccountRequest, putAccount } from "./accounts.ts";
import { accountOf, createBankState } from "./book.ts";
import { writeNotification, writeStatement } from "./camt-write.ts";
import { actOnSession, CheckoutAction, CheckoutRequest, type CheckoutSession, openSession, returnAddress, sessionAnswer, sessionOf } from "./checkout.ts";
import { checkoutPage, lostPage } from "./checkout-page.ts";
import { moveDate, type MoveDate } from "./day.ts";
import { incomingAnswer, IncomingBulk, IncomingRequest, receive } from "./incoming.ts";
import type { BankFile } from "./model.ts";
import { readPaymentFile } from "./pain-read.ts";
import { writeStatusReport } from "./pain-write.ts";
import { submissionAnswer, submit, type Submit } from "./submit.ts";
import { callWebhook } from "./webhook.ts";

const BusinessDate = Shape({ date: DateText, accountIds: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 1_000 })) });
const MOST_FILES = 1_000;
const USUAL_FILES = 200;

export type Bank = ReturnType<typeof createBank>;

/** The bank: accounts, payment files in, status reports and statements out, incoming money, a page to pay on. */
export function createBank(seed: string) {
  const state = createBankState(seed);
  const operations = {
    putAccount: (input: { id: string; request: AccountRequest }) => putAccount(state, input),
    submit: (input: Submit) => submit(state, input),
    moveDate: (input: MoveDate) => moveDate(state, input),
    receive: (input: { payments: readonly Static<typeof IncomingRequest>[] }) => receive(state, input.payments),
    openSession: (input: CheckoutRequest) => openSession(state, input),
    act: (input: { id: string; action: "pay" | "fail" | "lose" }) => actOnSession(state, input),
  };
  return { state, operations };
}

interface Parts {
  readonly app: FastifyInstance;
  readonly keys: Keys;
  readonly bank: Bank;
  readonly change: Change<Bank["operations"]>;
  readonly stop: AbortSignal;
}

export function bankRoutes(parts: Parts): void {
  accountRoutes(parts);
  fileRoutes(parts);
  moneyRoutes(parts);
  checkoutRoutes(parts);
}

function accountRoutes({ app, keys, bank, change }: Parts): void {
  const { state } = bank;
  addRoute(app, keys, {
    provider: "bank", method: "PUT", path: "/bank/v1/accounts/:id", body: AccountRequest,
    handle: ({ params, body }) => {
      const id = params["id"] ?? "";
      const isNew = change("putAccount", { id, request: body });
      return { status: isNew ? 201 : 200, body: accountAnswer(accountOf(state, id)) };
    },
  });
  addRoute(app, keys, { provider: "bank", method: "GET", path: "/bank/v1/accounts", handle: () => ok({ accounts: [...state.accounts.values()].map(accountAnswer) }) });
  addRoute(app, keys, { provider: "bank", method: "GET", path: "/bank/v1/accounts/:id", handle: ({ params }) => ok(accountAnswer(accountOf(state, params["id"] ?? ""))) });
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/business-date", body: BusinessDate, onceOnly: true,
    handle: ({ body, duplicate }) => ok(change("moveDate", { ...body, deliverTwice: duplicate })),
  });
}

function fileRoutes({ app, keys, bank, change }: Parts): void {
  const { state } = bank;
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/files",
    handle: ({ body, header }): Answer => {
      const key = header("idempotency-key");
      if (key === undefined || key === "") throw invalid([{ pointer: "/headers/idempotency-key", detail: "is required" }]);
      if (!Buffer.isBuffer(body)) throw new Refusal(415, "bank.file_unreadable", "Send the file as application/xml.");
      const digest = sha256(body);
      const before = state.answers.get(key);
      if (before !== undefined) {
        if (before.sha256 !== digest) throw new Refusal(422, "bank.idempotency_key_reused", `Idempotency-Key ${key} was used for another file.`, { submissionId: before.submissionId });
        return { ...created(before.answer), headers: { "idempotency-replayed": "true" } };
      }
      return created(submissionAnswer(change("submit", { key, sha256: digest, file: readPaymentFile(body.toString("utf8")) })));
    },
  });
  addRoute(app, keys, {
    provider: "bank", method: "GET", path: "/bank/v1/submissions",
    handle: ({ query }) => ok({ submissions: state.submissions.filter((each) => query["msgId"] === undefined || each.msgId === query["msgId"]).map(submissionAnswer) }),
  });
  addRoute(app, keys, { provider: "bank", method: "GET", path: "/bank/v1/files", handle: ({ query }) => ok(listFiles(state.files, query)) });
  addRoute(app, keys, {
    provider: "bank", method: "GET", path: "/bank/v1/files/:id",
    handle: ({ params }) => {
      const file = state.files[Number((params["id"] ?? "").replace(/^bf_/, "")) - 1];
      if (file === undefined || file.id !== params["id"]) throw new Refusal(404, "bank.file_unknown", `There is no file ${params["id"]}.`);
      return { status: 200, body: writeFile(file), contentType: "application/xml; charset=utf-8" };
    },
  });
}

function listFiles(files: readonly BankFile[], query: Readonly<Record<string, string>>): { files: unknown[]; next: number } {
  const since = wholeNumber(query["since"], 0, "since");
  const limit = Math.min(wholeNumber(query["limit"], USUAL_FILES, "limit"), MOST_FILES);
  const found: BankFile[] = [];
  // Sequence numbers count from 1 without gaps, so the list starts where the caller stopped.
  let at = since;
  for (; at < files.length && found.length < limit; at++) {
    const file = files[at];
    if (file !== undefined && matches(file, query)) found.push(file);
  }
  return { files: found.map(fileAnswer), next: Math.max(at, since) };
}

const matches = (file: BankFile, query: Readonly<Record<string, string>>): boolean =>
  (query["accountId"] === undefined || file.account.id === query["accountId"])
  && (query["kind"] === undefined || file.content.kind === query["kind"])
  && (query["msgId"] === undefined || (file.content.kind === "pain.002" && file.content.submission.msgId === query["msgId"]));

function wholeNumber(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalid([{ pointer: `/query/${name}`, detail: "must be a whole number" }]);
  return Number(text);
}

const fileAnswer = (file: BankFile): Readonly<Record<string, unknown>> => ({
  id: file.id, seq: file.seq, kind: file.content.kind, accountId: file.account.id, businessDate: file.businessDate,
  msgId: file.content.kind === "pain.002" ? file.content.submission.msgId : file.content.messageId,
  ...(file.content.kind === "camt.053" ? { statementId: file.content.statementId } : {}),
  items: file.content.kind === "pain.002" ? file.content.items.length : file.content.entries.length, url: `/bank/v1/files/${file.id}`,
});

function writeFile(file: BankFile): string {
  switch (file.content.kind) {
    case "pain.002": return writeStatusReport(file, file.content);
    case "camt.053": return writeStatement(file, file.content);
    case "camt.054": return writeNotification(file, file.content);
  }
}

function moneyRoutes({ app, keys, bank, change }: Parts): void {
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/incoming-payments", body: IncomingRequest,
    handle: ({ body }) => {
      const [first] = change("receive", { payments: [body] });
      if (first === undefined) throw new RangeError("one payment in, none out");
      return { status: first.repeated ? 200 : 201, body: incomingAnswer(bank.state, first.payment) };
    },
  });
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/incoming-payments/bulk", body: IncomingBulk,
    handle: ({ body }) => created({ payments: change("receive", body).map((each) => incomingAnswer(bank.state, each.payment)) }),
  });
}

function checkoutRoutes({ app, keys, bank, change, stop }: Parts): void {
  const { state } = bank;
  const originOf = (host: string | undefined): string => `http://${host ?? "127.0.0.1"}`;
  const tell = (session: CheckoutSession, times: number): void => {
    if (session.webhookUrl === undefined) return;
    const payload = { type: `checkout.${session.status}`, data: sessionAnswer(session, "") };
    for (let time = 0; time < times; time++) void callWebhook(session.webhookUrl, `msg_${session.id}`, payload, keys.bank, stop);
  };
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/checkout-sessions", body: CheckoutRequest,
    handle: ({ body, header }) => {
      const known = state.sessionByReference.has(body.reference);
      const session = change("openSession", body);
      return { status: known ? 200 : 201, body: sessionAnswer(session, originOf(header("host"))) };
    },
  });
  addRoute(app, keys, { provider: "bank", method: "GET", path: "/bank/v1/checkout-sessions/:id", handle: ({ params, header }) => ok(sessionAnswer(sessionOf(state, params["id"] ?? ""), originOf(header("host")))) });
  addRoute(app, keys, {
    provider: "bank", method: "POST", path: "/bank/v1/checkout-sessions/:id/actions", body: CheckoutAction, onceOnly: true,
    handle: ({ params, body, duplicate, header }) => {
      const session = change("act", { id: params["id"] ?? "", action: body.action });
      if (body.action !== "lose") tell(session, duplicate ? 2 : 1);
      return ok(sessionAnswer(session, originOf(header("host"))));
    },
  });
  app.get<{ Params: { id: string } }>("/checkout/:id", (request, reply) =>
    reply.headers(PAGE_HEADERS).type("text/html; charset=utf-8").send(checkoutPage(sessionOf(state, request.params.id))));
  app.post<{ Params: { id: string } }>("/checkout/:id", (request, reply) => {
    const session = sessionOf(state, request.params.id);
    const action = (["pay", "fail", "lose"] as const).find((each) => each === (request.body as Record<string, unknown> | null)?.["action"]);
    if (action === undefined) throw invalid([{ pointer: "/action", detail: "must be pay, fail or lose" }]);
    if (session.status !== "open") return reply.redirect(returnAddress(session), 303);
    change("act", { id: session.id, action });
    if (action === "lose") return reply.headers(PAGE_HEADERS).type("text/html; charset=utf-8").send(lostPage());
    tell(session, 1);
    return reply.redirect(returnAddress(session), 303);
  });
}
