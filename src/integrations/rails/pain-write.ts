import { formatAmount, money } from "#engine/money.ts";
import type { BankAccountNumber, CreditTransferFile, DirectDebitFile } from "#modules/payments/ports.ts";

/**
 * Writes a pain.001.001.09 (customer credit transfer initiation): one payment information block, one transaction per transfer.
 *
 * @throws RangeError  no transfer, an identifier longer than 35 characters, or an amount that is not above zero
 * @source ISO 20022 message definition pain.001.001.09 (CustomerCreditTransferInitiationV09)
 */
export function writeCreditTransfers(file: CreditTransferFile): string {
  if (file.transfers.length === 0) throw new RangeError("a payment file without transfers");
  const count = String(file.transfers.length);
  const sum = formatAmount(money(file.transfers.reduce((total, t) => total + t.amountMinor, 0n), file.currency));
  const header = el("GrpHdr", el("MsgId", id(file.messageId)), el("CreDtTm", file.createdAt), el("NbOfTxs", count), el("CtrlSum", sum), el("InitgPty", el("Nm", name(file.debtor.name))));
  const block = el("PmtInf",
    el("PmtInfId", id(file.messageId)), el("PmtMtd", "TRF"), el("BtchBookg", "false"), el("NbOfTxs", count), el("CtrlSum", sum),
    el("ReqdExctnDt", el("Dt", file.executionDate)),
    el("Dbtr", el("Nm", name(file.debtor.name))), el("DbtrAcct", accountId(file.debtor.number)), el("DbtrAgt", agent(file.debtor.number)), el("ChrgBr", "SLEV"),
    ...file.transfers.map((t) => {
      if (t.amountMinor <= 0n) throw new RangeError(`transfer ${t.endToEndId} of ${t.amountMinor}`);
      return el("CdtTrfTxInf",
        el("PmtId", el("InstrId", id(t.endToEndId)), el("EndToEndId", id(t.endToEndId))),
        el("Amt", `<InstdAmt Ccy="${file.currency}">${formatAmount(money(t.amountMinor, file.currency))}</InstdAmt>`),
        el("CdtrAgt", agent(t.creditor.number)), el("Cdtr", el("Nm", name(t.creditor.name))), el("CdtrAcct", accountId(t.creditor.number)),
        t.remittance === "" ? "" : el("RmtInf", el("Ustrd", text(t.remittance, 140))));
    }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">${el("CstmrCdtTrfInitn", header, block)}</Document>\n`;
}

/**
 * Writes a pain.008.001.08 (customer direct debit initiation): one payment information block, one transaction per debit.
 *
 * @throws RangeError  no debit, an identifier longer than 35 characters, or an amount that is not above zero
 * @source ISO 20022 message definition pain.008.001.08 (CustomerDirectDebitInitiationV08)
 */
export function writeDirectDebits(file: DirectDebitFile): string {
  if (file.debits.length === 0) throw new RangeError("a collection file without debits");
  const count = String(file.debits.length);
  const sum = formatAmount(money(file.debits.reduce((total, d) => total + d.amountMinor, 0n), file.currency));
  const header = el("GrpHdr", el("MsgId", id(file.messageId)), el("CreDtTm", file.createdAt), el("NbOfTxs", count), el("CtrlSum", sum), el("InitgPty", el("Nm", name(file.creditor.name))));
  const block = el("PmtInf",
    el("PmtInfId", id(file.messageId)), el("PmtMtd", "DD"), el("BtchBookg", "false"), el("NbOfTxs", count), el("CtrlSum", sum), el("ReqdColltnDt", file.collectionDate),
    el("Cdtr", el("Nm", name(file.creditor.name))), el("CdtrAcct", accountId(file.creditor.number)), el("CdtrAgt", agent(file.creditor.number)), el("ChrgBr", "SLEV"),
    ...file.debits.map((d) => {
      if (d.amountMinor <= 0n) throw new RangeError(`debit ${d.endToEndId} of ${d.amountMinor}`);
      return el("DrctDbtTxInf",
        el("PmtId", el("InstrId", id(d.endToEndId)), el("EndToEndId", id(d.endToEndId))),
        `<InstdAmt Ccy="${file.currency}">${formatAmount(money(d.amountMinor, file.currency))}</InstdAmt>`,
        el("DrctDbtTx", el("MndtRltdInf", el("MndtId", id(d.mandateId)), el("DtOfSgntr", d.signedDate))),
        el("DbtrAgt", agent(d.debtor.number)), el("Dbtr", el("Nm", name(d.debtor.name))), el("DbtrAcct", accountId(d.debtor.number)),
        d.remittance === "" ? "" : el("RmtInf", el("Ustrd", text(d.remittance, 140))));
    }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08">${el("CstmrDrctDbtInitn", header, block)}</Document>\n`;
}

function accountId(number: BankAccountNumber): string {
  return el("Id", number.scheme === "iban" ? el("IBAN", text(number.account, 34)) : el("Othr", el("Id", text(number.account, 34))));
}

/** The creditor's bank: by IFSC in India, by routing number in the United States, by BIC where one is known. */
function agent(number: BankAccountNumber): string {
  if (number.bankCode === undefined) return el("FinInstnId", el("Othr", el("Id", "NOTPROVIDED")));
  if (number.scheme === "iban") return el("FinInstnId", el("BICFI", text(number.bankCode, 11)));
  return el("FinInstnId", el("ClrSysMmbId", el("ClrSysId", el("Cd", number.scheme === "in" ? "INFSC" : "USABA")), el("MmbId", text(number.bankCode, 35))));
}

function el(tag: string, ...content: readonly string[]): string {
  return `<${tag}>${content.join("")}</${tag}>`;
}

function id(value: string): string {
  if (value === "" || value.length > 35) throw new RangeError(`an identifier has 1 to 35 characters: ${value}`);
  return text(value, 35);
}

const name = (value: string) => text(value, 140);

/** Text as the message may hold it: one line, cut to length between characters, escaped. */
function text(value: string, longest: number): string {
  const clean = [...value.replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]+/gu, " ").trim()].slice(0, longest).join("");
  return clean.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
