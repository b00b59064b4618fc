import type { FastifyInstance } from "fastify";
import { bankRoutes, createBank } from "./bank/provider.ts";
import { bureauRoutes, createBureau } from "./bureau/provider.ts";
import { createEsign, esignRoutes } from "./esign/provider.ts";
import { createServer } from "./http.ts";
import { PAGE_HEADERS } from "./html.ts";
import { indexPage } from "./index-page.ts";
import { forgetfulJournal, type Journal, openJournal } from "./journal.ts";
import { DEMO_KEYS, type Keys, type Provider } from "./keys.ts";
import { createKyc, kycRoutes } from "./kyc/provider.ts";
import { loadLists } from "./kyc/sanctions.ts";
import { inboxRoutes } from "./messages/inbox.ts";
import { createMessages, messageRoutes } from "./messages/provider.ts";
import { journaled, type Operations, replayInto } from "./state.ts";

export interface SandboxOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  readonly seed?: string;
  /** Folder of the journal; without it nothing outlives the process. */
  readonly dataDir?: string;
  readonly keys?: Keys;
  readonly sanctionsFile?: string;
}

export interface Sandbox {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts every provider on one address. With a data folder the journal of the last run is applied first.
 *
 * @throws Error the port is taken, the journal was edited, or the sanctions file cannot be read
 * @example const { url, close } = await startSandbox({ port: 0 })
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const seed = options.seed ?? "demo";
  const keys = options.keys ?? DEMO_KEYS;
  const stop = new AbortController();
  let journal: Journal = forgetfulJournal;
  const current = (): Journal => journal;
  const bureau = createBureau(seed);
  const kyc = createKyc(seed, loadLists(options.sanctionsFile));
  const bank = createBank(seed);
  const messages = createMessages(seed);
  const esign = createEsign(seed);
  const operations: Readonly<Record<Provider, Operations>> = {
    bureau: bureau.operations, kyc: kyc.operations, bank: bank.operations, messages: messages.operations, esign: esign.operations,
  };
  if (options.dataDir !== undefined) {
    journal = openJournal(options.dataDir, (line) => replayInto(operations[line.provider as Provider], line.operation, line.input));
    await esign.settled();
  }
  const app = createServer();
  const send = journaled("messages", messages.operations, current);
  bureauRoutes(app, keys, bureau, journaled("bureau", bureau.operations, current));
  kycRoutes(app, keys, kyc, journaled("kyc", kyc.operations, current), (reference, to, code, asOf) => {
    send("send", { reference: `kyc-otp-${reference}`, channel: to.includes("@") ? "email" : "sms", to, subject: "Your code", body: `Your verification code is ${code}. Tell it to nobody.`, sentOn: asOf });
  });
  bankRoutes({ app, keys, bank, change: journaled("bank", bank.operations, current), stop: stop.signal });
  messageRoutes(app, keys, messages, send);
  inboxRoutes(app, messages);
  esignRoutes(app, keys, esign, journaled("esign", esign.operations, current));
  pages(app);
  await app.listen({ port: options.port, host: options.host ?? "127.0.0.1" });
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    url: `http://${options.host ?? "127.0.0.1"}:${port}`,
    close: async () => {
      stop.abort();
      await app.close();
      journal.close();
    },
  };
}

function pages(app: FastifyInstance): void {
  app.get("/health", () => ({ status: "ok" }));
  app.get("/", (_request, reply) => reply.headers(PAGE_HEADERS).type("text/html; charset=utf-8").send(indexPage()));
}
