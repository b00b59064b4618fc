/**
 * What payments needs of a bank: message formats and a way to hand files over and to fetch them. Adapters are in
 * integrations/rails. Amounts are minor units; days are IsoDate text.
 */

/** An account at a bank, as a person writes it down. */
export interface BankAccountNumber {
  readonly scheme: "iban" | "in" | "us";
  /** IFSC (in), routing number (us), BIC or nothing (iban). */
  readonly bankCode?: string;
  readonly account: string;
}

export interface CreditTransferFile {
  /** At most 35 characters, unique per lender for ever: the bank is asked for it when an answer got lost. */
  readonly messageId: string;
  readonly createdAt: string;
  readonly executionDate: string;
  readonly debtor: { readonly name: string; readonly number: BankAccountNumber };
  readonly currency: string;
  readonly transfers: readonly CreditTransfer[];
}

export interface CreditTransfer {
  /** At most 35 characters; comes back in status reports and statements. */
  readonly endToEndId: string;
  readonly amountMinor: bigint;
  readonly creditor: { readonly name: string; readonly number: BankAccountNumber };
  readonly remittance: string;
}

export interface DirectDebitFile {
  readonly messageId: string;
  readonly createdAt: string;
  /** The day the payers are debited. */
  readonly collectionDate: string;
  readonly creditor: { readonly name: string; readonly number: BankAccountNumber };
  readonly currency: string;
  readonly debits: readonly DirectDebit[];
}

export interface DirectDebit {
  readonly endToEndId: string;
  readonly amountMinor: bigint;
  readonly mandateId: string;
  readonly signedDate: string;
  readonly debtor: { readonly name: string; readonly number: BankAccountNumber };
  readonly remittance: string;
}

/** One booked movement of a statement; a batch booking whose parts are told is given as its parts. */
export interface StatementLine {
  /** The bank's own reference, unique per account; parts of a batch have "#2", "#3" … appended. */
  readonly bankReference: string;
  /** Money in is positive, money out negative. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly bookingDate: string;
  readonly valueDate: string;
  /** Family and subfamily of the ISO bank transaction code, for instance RCDT/DMCT; the bank's own code otherwise. */
  readonly code: string;
  readonly endToEndId?: string;
  readonly remittance: string;
  readonly counterpartyName?: string;
  readonly counterpartyAccount?: string;
  /** Set when this line sends an earlier one back. */
  readonly returnReason?: string;
  readonly originalReference?: string;
}

export interface BankStatement {
  readonly statementId: string;
  readonly account: string;
  readonly currency: string;
  readonly fromDate?: string;
  readonly toDate?: string;
  /** Booked balances; absent in notifications. */
  readonly openingMinor?: bigint;
  readonly closingMinor?: bigint;
  readonly lines: readonly StatementLine[];
}

/** What a bank says became of a file and of each item. */
export interface StatusReport {
  /** Absent when the bank could not even read which message it rejects. */
  readonly originalMessageId?: string;
  readonly groupStatus?: string;
  readonly groupReason?: string;
  readonly items: readonly { readonly endToEndId: string; readonly status: string; readonly reason?: string }[];
}

/** The formats of a rail: pure functions. Readers throw `UnreadableFile`. */
export interface BankFormats {
  writeCreditTransfers(file: CreditTransferFile): string;
  writeDirectDebits(file: DirectDebitFile): string;
  readStatements(bytes: Uint8Array): BankStatement[];
  readStatusReport(bytes: Uint8Array): StatusReport;
}

export class UnreadableFile extends Error {
  /** Where in the file, for instance /Document/BkToCstmrStmt/Stmt[1]/Id. */
  readonly path: string;
  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
    this.name = "UnreadableFile";
    this.path = path;
  }
}

/** "never_received" is certain; "outage" means nothing happened; after "doubt" only asking tells. */
export type Unsure = { readonly kind: "outage" | "doubt"; readonly why: string };

export type FileTaken =
  | { readonly kind: "taken"; readonly submissionId: string; readonly status: string; readonly reason?: string }
  | { readonly kind: "refused"; readonly why: string };

export interface BankFileEntry {
  readonly id: string;
  readonly sequence: number;
  readonly kind: "pain.002" | "camt.053" | "camt.054";
  readonly accountId: string;
}

export interface CheckoutSession {
  readonly id: string;
  readonly url: string;
  readonly status: "open" | "paid" | "failed";
}

/** The connection to a bank. Every call may end in an outage; a call that moves money may end in doubt. */
export interface BankChannel {
  submit(file: { xml: string; messageId: string }): Promise<FileTaken | Unsure>;
  findSubmission(messageId: string): Promise<{ kind: "found"; submissionId: string; status: string } | { kind: "never_received" } | Unsure>;
  listFiles(since: number, accountId: string): Promise<{ kind: "files"; files: readonly BankFileEntry[]; next: number } | Unsure>;
  fetchFile(id: string): Promise<{ kind: "file"; bytes: Buffer } | Unsure>;
  openCheckout(input: { reference: string; amountMinor: bigint; currency: string; description: string; returnUrl: string; webhookUrl?: string; accountId: string }): Promise<{ kind: "session"; session: CheckoutSession } | { kind: "refused"; why: string } | Unsure>;
  readCheckout(id: string): Promise<{ kind: "session"; session: CheckoutSession } | { kind: "unknown" } | Unsure>;
  /** Whether a webhook's signature is the bank's; needs the raw body. */
  verifyWebhook(headers: Readonly<Record<string, string | string[] | undefined>>, body: string, nowMs: number): boolean;
}

export interface Bank {
  readonly formats: BankFormats;
  readonly channel: BankChannel;
}
