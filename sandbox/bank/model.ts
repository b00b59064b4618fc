/** What the bank knows. Amounts are minor units of the account's currency, never negative where a side says which way. */
export type AccountNumber =
  | { readonly kind: "iban"; readonly iban: string }
  | { readonly kind: "in"; readonly ifsc: string; readonly account: string }
  | { readonly kind: "us"; readonly routing: string; readonly account: string };

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly number: AccountNumber;
  readonly openingMinor: bigint;
  overdraftMinor: bigint;
  balanceMinor: bigint;
  /** Balance with which the current business date began. */
  dayOpeningMinor: bigint;
  /** Null until the first business date is set. */
  businessDate: string | null;
  entries: Entry[];
  entryCount: number;
  statementCount: number;
  /** What waits for a day of this account, in the order it was put there. */
  readonly waiting: Map<string, Waiting[]>;
}

export type Side = "CRDT" | "DBIT";

/** ISO 20022 bank transaction code within the domain PMNT: family and subfamily. */
export type EntryCode = "ICDT/DMCT" | "RCDT/DMCT" | "IDDT/PMDD" | "ICDT/RRTN" | "RCDT/RRTN" | "IDDT/UPDD";

export interface Party {
  readonly name: string;
  readonly account?: string;
}

export interface Detail {
  readonly minor: bigint;
  readonly msgId?: string;
  readonly pmtInfId?: string;
  readonly instrId?: string;
  readonly endToEndId?: string;
  readonly mandateId?: string;
  readonly originalReference?: string;
  readonly counterparty?: Party;
  readonly remittance?: string;
  readonly returnReason?: string;
}

export interface Entry {
  readonly reference: string;
  readonly side: Side;
  readonly minor: bigint;
  readonly code: EntryCode;
  readonly bookingDate: string;
  readonly valueDate: string;
  readonly batch: boolean;
  readonly details: readonly Detail[];
}

export type Direction = "payout" | "collection";

export interface Item {
  readonly instrId: string | undefined;
  readonly endToEndId: string;
  readonly amountText: string;
  readonly currency: string;
  readonly counterparty: Party;
  readonly remittance: string | undefined;
  readonly mandateId: string | undefined;
}

/** One payment information block of a pain.001 or pain.008, read but not yet judged. */
export interface PaymentBlock {
  readonly pmtInfId: string;
  readonly ownNumber: string;
  readonly ownMember: string | undefined;
  readonly requestedDate: string;
  readonly batch: boolean;
  readonly count: string | undefined;
  readonly controlSum: string | undefined;
  readonly items: readonly Item[];
}

export interface PaymentFile {
  readonly messageName: string;
  readonly direction: Direction;
  readonly msgId: string;
  readonly count: string | undefined;
  readonly controlSum: string | undefined;
  readonly blocks: readonly PaymentBlock[];
}

export type ItemStatus = "ACSC" | "ACCP" | "RJCT";

/** An item on its way through the bank. */
export interface PlacedItem {
  readonly item: Item;
  readonly pmtInfId: string;
  readonly accountId: string;
  readonly submissionId: string;
  readonly minor: bigint;
  status: ItemStatus;
  reason: string | undefined;
  reference: string | undefined;
}

export interface Submission {
  readonly submissionId: string;
  readonly accountId: string;
  readonly msgId: string;
  readonly messageName: string;
  readonly direction: Direction;
  readonly sha256: string;
  readonly items: readonly PlacedItem[];
  readonly controlSum: string;
  readonly groupReason: string | undefined;
  statusFileId: string | null;
}

export interface IncomingPayment {
  readonly id: string;
  readonly accountId: string;
  readonly minor: bigint;
  readonly valueDate: string;
  readonly debtor: Party;
  readonly remittance: string | undefined;
  readonly endToEndId: string | undefined;
  readonly returnReason: string | undefined;
  status: "booked" | "scheduled";
  bookingDate: string;
  bankReference: string | null;
}

export type Waiting =
  | { readonly kind: "incoming"; readonly payment: IncomingPayment }
  | { readonly kind: "execute"; readonly placed: PlacedItem; readonly delayed: boolean; readonly batch: boolean }
  | { readonly kind: "reject"; readonly placed: PlacedItem; readonly reason: string }
  | { readonly kind: "report"; readonly placed: PlacedItem }
  | { readonly kind: "return"; readonly code: EntryCode; readonly side: Side; readonly detail: Detail; readonly reason: string };

/** One item as a pain.002 tells it; a copy, for the item goes on living. */
export interface ReportedItem {
  readonly pmtInfId: string;
  readonly instrId: string | undefined;
  readonly endToEndId: string;
  readonly status: ItemStatus;
  readonly reason: string | undefined;
  readonly reference: string | undefined;
}

export type FileContent =
  | { readonly kind: "pain.002"; readonly messageId: string; readonly submission: Submission; readonly groupStatus: string; readonly items: readonly ReportedItem[] }
  | { readonly kind: "camt.053"; readonly messageId: string; readonly statementId: string; readonly number: number; readonly openingMinor: bigint; readonly closingMinor: bigint; readonly entries: readonly Entry[] }
  | { readonly kind: "camt.054"; readonly messageId: string; readonly entries: readonly Entry[] };

/** A file in the bank's outbox. Its XML is written when it is fetched, always with the same bytes. */
export interface BankFile {
  readonly id: string;
  readonly seq: number;
  readonly account: Account;
  readonly businessDate: string;
  readonly content: FileContent;
}

/** The number by which payers and files name an account. */
export const plainNumber = (number: AccountNumber): string => (number.kind === "iban" ? number.iban : number.account);
