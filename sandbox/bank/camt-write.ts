import { toText } from "../money-text.ts";
import { REASON_TEXTS } from "../magic-values.ts";
import type { Account, BankFile, Detail, Entry, FileContent, Side } from "./model.ts";
import { all, amountXml, el, isoDocument, optional, type Xml } from "./xml-write.ts";

type Statement = Extract<FileContent, { kind: "camt.053" }>;
type Notification = Extract<FileContent, { kind: "camt.054" }>;

/** An end-of-day statement: opening balance, every entry of the day, closing balance. */
export function writeStatement(file: BankFile, content: Statement): string {
  const { account, businessDate } = file;
  const at = `${businessDate}T23:59:59Z`;
  return isoDocument("camt.053.001.08", el("BkToCstmrStmt",
    el("GrpHdr", el("MsgId", content.messageId), el("CreDtTm", at)),
    el("Stmt",
      el("Id", content.statementId), el("ElctrncSeqNb", String(content.number)), el("LglSeqNb", String(content.number)), el("CreDtTm", at),
      el("FrToDt", el("FrDtTm", `${businessDate}T00:00:00Z`), el("ToDtTm", at)),
      accountXml(account),
      balanceXml("OPBD", content.openingMinor, account.currency, businessDate),
      balanceXml("CLBD", content.closingMinor, account.currency, businessDate),
      totalsXml(content.entries, account.currency),
      all(content.entries.map((entry) => entryXml(entry, account.currency))))));
}

/** A notification of what came in, before the statement of the day tells it again under the same references. */
export function writeNotification(file: BankFile, content: Notification): string {
  const at = `${file.businessDate}T12:00:00Z`;
  return isoDocument("camt.054.001.08", el("BkToCstmrDbtCdtNtfctn",
    el("GrpHdr", el("MsgId", content.messageId), el("CreDtTm", at)),
    el("Ntfctn", el("Id", content.messageId), el("CreDtTm", at), accountXml(file.account), totalsXml(content.entries, file.account.currency),
      all(content.entries.map((entry) => entryXml(entry, file.account.currency))))));
}

function accountXml(account: Account): Xml {
  const { number } = account;
  const id = number.kind === "iban" ? el("IBAN", number.iban) : el("Othr", el("Id", number.account));
  const member = number.kind === "iban" ? undefined
    : el("ClrSysMmbId", el("ClrSysId", el("Cd", number.kind === "in" ? "INFSC" : "USABA")), el("MmbId", number.kind === "in" ? number.ifsc : number.routing));
  return el("Acct", el("Id", id), el("Ccy", account.currency), optional("Nm", account.name, 70), el("Svcr", el("FinInstnId", member, el("Nm", "Sandbox Bank"))));
}

function balanceXml(code: string, minor: bigint, currency: string, date: string): Xml {
  return el("Bal", el("Tp", el("CdOrPrtry", el("Cd", code))), amountXml("Amt", toText(magnitude(minor), currency), currency), el("CdtDbtInd", sideOf(minor)), el("Dt", el("Dt", date)));
}

function totalsXml(entries: readonly Entry[], currency: string): Xml {
  const of = (side: Side): readonly Entry[] => entries.filter((entry) => entry.side === side);
  const sum = (some: readonly Entry[]): bigint => some.reduce((total, entry) => total + entry.minor, 0n);
  const credits = of("CRDT");
  const debits = of("DBIT");
  const net = sum(credits) - sum(debits);
  const counted = (name: string, some: readonly Entry[]): Xml => el(name, el("NbOfNtries", String(some.length)), el("Sum", toText(sum(some), currency)));
  return el("TxsSummry",
    el("TtlNtries", el("NbOfNtries", String(entries.length)), el("Sum", toText(sum(entries), currency)), el("TtlNetNtry", el("Amt", toText(magnitude(net), currency)), el("CdtDbtInd", sideOf(net)))),
    counted("TtlCdtNtries", credits), counted("TtlDbtNtries", debits));
}

function entryXml(entry: Entry, currency: string): Xml {
  const [family = "", subfamily = ""] = entry.code.split("/");
  const first = entry.details[0];
  return el("Ntry",
    el("NtryRef", entry.reference), amountXml("Amt", toText(entry.minor, currency), currency), el("CdtDbtInd", entry.side),
    el("RvslInd", first?.returnReason === undefined ? "false" : "true"), el("Sts", el("Cd", "BOOK")),
    el("BookgDt", el("Dt", entry.bookingDate)), el("ValDt", el("Dt", entry.valueDate)), el("AcctSvcrRef", entry.reference),
    el("BkTxCd", el("Domn", el("Cd", "PMNT"), el("Fmly", el("Cd", family), el("SubFmlyCd", subfamily)))),
    el("NtryDtls",
      entry.batch ? el("Btch", optional("MsgId", first?.msgId, 35), optional("PmtInfId", first?.pmtInfId, 35), el("NbOfTxs", String(entry.details.length)), amountXml("TtlAmt", toText(entry.minor, currency), currency), el("CdtDbtInd", entry.side)) : undefined,
      all(entry.details.map((detail) => detailXml(detail, entry, currency)))));
}

function detailXml(detail: Detail, entry: Entry, currency: string): Xml {
  return el("TxDtls",
    el("Refs", optional("MsgId", detail.msgId, 35), el("AcctSvcrRef", entry.reference), optional("PmtInfId", detail.pmtInfId, 35), optional("InstrId", detail.instrId, 35),
      optional("EndToEndId", detail.endToEndId ?? "NOTPROVIDED", 35), optional("MndtId", detail.mandateId, 35),
      detail.originalReference === undefined ? undefined : el("Prtry", el("Tp", "ORIGINAL"), el("Ref", detail.originalReference))),
    amountXml("Amt", toText(detail.minor, currency), currency), el("CdtDbtInd", entry.side),
    counterpartyXml(detail, entry),
    detail.remittance === undefined || detail.remittance === "" ? undefined : el("RmtInf", all((detail.remittance.match(/[\s\S]{1,140}/g) ?? []).map((piece) => el("Ustrd", piece)))),
    detail.returnReason === undefined ? undefined : el("RtrInf", el("Rsn", el("Cd", detail.returnReason)), optional("AddtlInf", REASON_TEXTS[detail.returnReason], 105)));
}

/** The other party is the creditor of payouts and their returns, the debtor of everything else. */
function counterpartyXml(detail: Detail, entry: Entry): Xml | undefined {
  if (detail.counterparty === undefined) return undefined;
  const role = entry.code.startsWith("ICDT") ? "Cdtr" : "Dbtr";
  const { name, account } = detail.counterparty;
  return el("RltdPties",
    name === "" ? undefined : el(role, el("Pty", el("Nm", name.slice(0, 140)))),
    account === undefined || account === "" ? undefined : el(`${role}Acct`, el("Id", isIban(account) ? el("IBAN", account) : el("Othr", el("Id", account.slice(0, 34))))));
}

const isIban = (number: string): boolean => /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(number);
const magnitude = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
const sideOf = (minor: bigint): Side => (minor < 0n ? "DBIT" : "CRDT");
