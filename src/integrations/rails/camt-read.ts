import { UnreadableFile, type BankStatement, type StatementLine } from "#modules/payments/ports.ts";
import { accountAt, amountAt, codeAt, dateAt, nameAt } from "./fields.ts";
import { all, find, readXml, textAt, type Element } from "./xml-read.ts";

const ROOTS: Readonly<Record<string, string>> = { BkToCstmrStmt: "Stmt", BkToCstmrDbtCdtNtfctn: "Ntfctn", BkToCstmrAcctRpt: "Rpt" };

/**
 * Reads camt.053 (statement), camt.054 (notification) and camt.052 (report), versions .02 to .12: what they share.
 * Entries that are only pending are left out: they are not money yet.
 *
 * @throws UnreadableFile  naming the path
 * @source ISO 20022 message definitions camt.053.001.02 and camt.053.001.08, camt.054.001.08
 */
export function readStatements(bytes: Uint8Array): BankStatement[] {
  const document = readXml(bytes);
  const message = document.children.find((child) => ROOTS[child.name] !== undefined);
  if (document.name !== "Document" || message === undefined) throw new UnreadableFile("/Document", "is neither camt.053, camt.054 nor camt.052");
  const name = ROOTS[message.name] as string;
  const statements = all(message, name);
  if (statements.length === 0) throw new UnreadableFile(`/Document/${message.name}/${name}`, "is missing");
  return statements.map((statement, i) => readStatement(statement, `/Document/${message.name}/${name}[${i + 1}]`));
}

function readStatement(statement: Element, path: string): BankStatement {
  const statementId = textAt(statement, "Id");
  if (statementId === undefined) throw new UnreadableFile(`${path}/Id`, "is missing");
  const account = accountAt(find(statement, "Acct"));
  if (account === undefined) throw new UnreadableFile(`${path}/Acct/Id`, "is missing");
  const opening = balance(statement, ["OPBD", "PRCD"], path);
  const closing = balance(statement, ["CLBD"], path);
  const entries = all(statement, "Ntry");
  const currency = textAt(statement, "Acct", "Ccy") ?? opening?.currency ?? find(entries[0], "Amt")?.attributes["Ccy"];
  if (currency === undefined) throw new UnreadableFile(`${path}/Acct/Ccy`, "is missing");
  return {
    statementId, account, currency,
    fromDate: dateAt(find(statement, "FrToDt", "FrDtTm")) ?? dateAt(find(statement, "FrToDt", "FrDt")),
    toDate: dateAt(find(statement, "FrToDt", "ToDtTm")) ?? dateAt(find(statement, "FrToDt", "ToDt")),
    openingMinor: opening?.minor, closingMinor: closing?.minor,
    lines: withUniqueReferences(entries.flatMap((entry, i) => readEntry(entry, statementId, i, currency, `${path}/Ntry[${i + 1}]`))),
  };
}

/** Some banks give two entries of a statement one reference; the second becomes "…#2", so that both are kept. */
function withUniqueReferences(lines: readonly StatementLine[]): StatementLine[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const count = (seen.get(line.bankReference) ?? 0) + 1;
    seen.set(line.bankReference, count);
    return count === 1 ? line : { ...line, bankReference: `${line.bankReference}#${count}` };
  });
}

function balance(statement: Element, codes: readonly string[], path: string): { minor: bigint; currency: string } | undefined {
  for (const code of codes) {
    const found = all(statement, "Bal").find((bal) => textAt(bal, "Tp", "CdOrPrtry", "Cd") === code);
    if (found === undefined) continue;
    const { minor, currency } = amountAt(find(found, "Amt"), `${path}/Bal/Amt`);
    return { minor: sign(found, path) * minor, currency };
  }
  return undefined;
}

function sign(element: Element, path: string): bigint {
  const side = textAt(element, "CdtDbtInd");
  if (side !== "CRDT" && side !== "DBIT") throw new UnreadableFile(`${path}/CdtDbtInd`, "is neither CRDT nor DBIT");
  return side === "CRDT" ? 1n : -1n;
}

function readEntry(entry: Element, statementId: string, index: number, currency: string, path: string): StatementLine[] {
  const status = codeAt(find(entry, "Sts"));
  if (status !== undefined && status !== "BOOK") return [];
  const total = amountAt(find(entry, "Amt"), `${path}/Amt`, currency);
  const bookingDate = dateAt(find(entry, "BookgDt")) ?? dateAt(find(entry, "ValDt"));
  if (bookingDate === undefined) throw new UnreadableFile(`${path}/BookgDt`, "is not a date");
  const details = all(entry, "NtryDtls").flatMap((d) => all(d, "TxDtls"));
  const parts = details.map((detail) => partAmount(detail, total.currency, path));
  const told = details.length > 1 && parts.every((part) => part !== undefined) && parts.reduce((sum, part) => (sum as bigint) + (part as bigint), 0n) === total.minor;
  const shared = {
    currency: total.currency, bookingDate, valueDate: dateAt(find(entry, "ValDt")) ?? bookingDate, code: transactionCode(entry),
    // A bank without references gets one from the place in its statement, which is as unique as the statement's own id.
    reference: [textAt(entry, "AcctSvcrRef"), textAt(details[0], "Refs", "AcctSvcrRef"), textAt(entry, "NtryRef")].find((ref) => ref !== undefined && ref !== "NONREF") ?? `${statementId}/${index + 1}`,
    direction: sign(entry, path), info: textAt(entry, "AddtlNtryInf"),
  };
  if (!told) return [line(shared, details.length === 1 ? details[0] : undefined, total.minor, shared.reference)];
  return details.map((detail, i) => line(shared, detail, parts[i] as bigint, shared.reference));
}

function partAmount(detail: Element, currency: string, path: string): bigint | undefined {
  const amount = find(detail, "Amt") ?? find(detail, "AmtDtls", "TxAmt", "Amt");
  if (amount === undefined) return undefined;
  const read = amountAt(amount, `${path}/NtryDtls/TxDtls/Amt`, currency);
  return read.currency === currency ? read.minor : undefined;
}

interface Shared { currency: string; bookingDate: string; valueDate: string; code: string; direction: bigint; info: string | undefined }

function line(shared: Shared, detail: Element | undefined, minor: bigint, bankReference: string): StatementLine {
  const { currency, bookingDate, valueDate, code, direction } = shared;
  const parties = find(detail, "RltdPties");
  // For money in, the other side is the debtor; a returned payout names whom it did not reach.
  const roles = direction > 0n && !code.startsWith("ICDT") ? ["Dbtr", "Cdtr"] : ["Cdtr", "Dbtr"];
  const role = roles.find((r) => find(parties, r) !== undefined || find(parties, `${r}Acct`) !== undefined) ?? "Dbtr";
  const endToEndId = textAt(detail, "Refs", "EndToEndId");
  const remittance = all(find(detail, "RmtInf"), "Ustrd").map((u) => u.text.trim()).join(" ").trim();
  const structured = all(find(detail, "RmtInf"), "Strd").map((s) => textAt(s, "CdtrRefInf", "Ref")).filter((ref) => ref !== undefined).join(" ");
  return {
    bankReference, amountMinor: direction * minor, currency, bookingDate, valueDate, code,
    endToEndId: endToEndId === "NOTPROVIDED" ? undefined : endToEndId,
    remittance: [remittance, structured].filter((t) => t !== "").join(" ") || (shared.info ?? ""),
    counterpartyName: nameAt(find(parties, role)), counterpartyAccount: accountAt(find(parties, `${role}Acct`)),
    returnReason: codeAt(find(detail, "RtrInf", "Rsn")), originalReference: all(find(detail, "Refs"), "Prtry").map((p) => (textAt(p, "Tp") === "ORIGINAL" ? textAt(p, "Ref") : undefined)).find((r) => r !== undefined),
  };
}

function transactionCode(entry: Element): string {
  const domain = find(entry, "BkTxCd", "Domn", "Fmly");
  const family = textAt(domain, "Cd");
  return family === undefined ? (textAt(entry, "BkTxCd", "Prtry", "Cd") ?? "") : `${family}/${textAt(domain, "SubFmlyCd") ?? ""}`;
}
