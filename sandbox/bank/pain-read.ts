import { XMLParser, XMLValidator } from "fast-xml-parser";
import { isDate } from "../civil-date.ts";
import { Refusal } from "../refusal.ts";
import type { Item, PaymentBlock, PaymentFile } from "./model.ts";

type Node = Readonly<Record<string, unknown>>;

const LISTS: ReadonlySet<string> = new Set(["PmtInf", "CdtTrfTxInf", "DrctDbtTxInf", "Ustrd"]);
// Every value stays the text it is in the file: an amount must not become a float, an account number not lose its zeros.
const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false, parseAttributeValue: false, removeNSPrefix: true,
  trimValues: true, ignoreDeclaration: true, ignorePiTags: true, htmlEntities: true, maxNestedTags: 40, isArray: (name) => LISTS.has(name),
});

const unreadable = (detail: string): Refusal => new Refusal(400, "bank.file_unreadable", detail);

/**
 * Reads a pain.001 (customer credit transfer) or pain.008 (customer direct debit) of any version these messages share.
 * A DOCTYPE is refused, so no entity of the sender's making is ever expanded.
 *
 * @throws Refusal bank.file_unreadable, naming the path that is wrong
 * @source ISO 20022 message definitions pain.001.001.03 to .12 and pain.008.001.02 to .11
 */
export function readPaymentFile(xml: string): PaymentFile {
  if (/<!DOCTYPE/i.test(xml)) throw unreadable("A DOCTYPE is not accepted.");
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw unreadable(`Line ${valid.err.line}: ${valid.err.msg}`);
  let parsed: Node;
  try {
    parsed = parser.parse(xml) as Node;
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : "not XML");
  }
  const document = node(parsed, "Document", "");
  // The parser drops namespaces with their prefixes, so the message's name is read from the start tag itself.
  const messageName = /<(?:\w+:)?Document\s[^>]*urn:iso:std:iso:20022:tech:xsd:(pain\.00[18]\.001\.\d\d)["']/.exec(xml)?.[1];
  const direction = document["CstmrCdtTrfInitn"] !== undefined ? "payout" : document["CstmrDrctDbtInitn"] !== undefined ? "collection" : undefined;
  if (direction === undefined) throw unreadable("/Document holds neither CstmrCdtTrfInitn (pain.001) nor CstmrDrctDbtInitn (pain.008).");
  const root = direction === "payout" ? "CstmrCdtTrfInitn" : "CstmrDrctDbtInitn";
  const path = `/Document/${root}`;
  const body = node(document, root, "/Document");
  const header = node(body, "GrpHdr", path);
  const blocks = list(body, "PmtInf", path).map((each, index) => readBlock(each, direction, `${path}/PmtInf[${index + 1}]`));
  return {
    messageName: messageName ?? (direction === "payout" ? "pain.001.001.09" : "pain.008.001.08"),
    direction, msgId: required(header, "MsgId", `${path}/GrpHdr`, 35),
    count: text(header, "NbOfTxs"), controlSum: text(header, "CtrlSum"), blocks,
  };
}

function readBlock(block: Node, direction: PaymentFile["direction"], path: string): PaymentBlock {
  const payout = direction === "payout";
  const own = payout ? "Dbtr" : "Cdtr";
  const requestedDate = dateIn(block, payout ? "ReqdExctnDt" : "ReqdColltnDt", path);
  return {
    pmtInfId: required(block, "PmtInfId", path, 35),
    ownNumber: accountNumber(node(block, `${own}Acct`, path), `${path}/${own}Acct`),
    ownMember: memberOf(block[`${own}Agt`]),
    requestedDate, batch: text(block, "BtchBookg") === "true",
    count: text(block, "NbOfTxs"), controlSum: text(block, "CtrlSum"),
    items: list(block, payout ? "CdtTrfTxInf" : "DrctDbtTxInf", path).map((each, index) =>
      readItem(each, payout, `${path}/${payout ? "CdtTrfTxInf" : "DrctDbtTxInf"}[${index + 1}]`)),
  };
}

function readItem(item: Node, payout: boolean, path: string): Item {
  const ids = node(item, "PmtId", path);
  const amountPath = payout ? `${path}/Amt/InstdAmt` : `${path}/InstdAmt`;
  const amount = payout ? node(item, "Amt", path)["InstdAmt"] : item["InstdAmt"];
  if (!isNode(amount) || typeof amount["@Ccy"] !== "string" || typeof amount["#text"] !== "string") throw unreadable(`${amountPath} needs an amount and its Ccy.`);
  const other = payout ? "Cdtr" : "Dbtr";
  const remittance = isNode(item["RmtInf"]) ? item["RmtInf"]["Ustrd"] : undefined;
  const mandate = isNode(item["DrctDbtTx"]) && isNode(item["DrctDbtTx"]["MndtRltdInf"]) ? text(item["DrctDbtTx"]["MndtRltdInf"], "MndtId") : undefined;
  return {
    instrId: text(ids, "InstrId"), endToEndId: required(ids, "EndToEndId", `${path}/PmtId`, 35),
    amountText: amount["#text"], currency: amount["@Ccy"],
    counterparty: {
      name: (isNode(item[other]) ? text(item[other], "Nm") : undefined) ?? "",
      account: item[`${other}Acct`] === undefined ? "" : accountNumber(node(item, `${other}Acct`, path), `${path}/${other}Acct`),
    },
    remittance: Array.isArray(remittance) ? remittance.map(String).join(" ") : undefined,
    mandateId: mandate,
  };
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

function node(parent: Node, name: string, path: string): Node {
  const child = parent[name];
  if (!isNode(child)) throw unreadable(`${path}/${name} is missing or stands there twice.`);
  return child;
}

function list(parent: Node, name: string, path: string): readonly Node[] {
  const children = parent[name];
  if (!Array.isArray(children) || children.length === 0) throw unreadable(`${path}/${name} is missing.`);
  return children.map((child: unknown) => {
    if (!isNode(child)) throw unreadable(`${path}/${name} is empty.`);
    return child;
  });
}

/** The text of an element, with or without attributes. */
function text(parent: Node, name: string): string | undefined {
  const child = parent[name];
  const content = isNode(child) ? child["#text"] : child;
  return typeof content === "string" && content !== "" ? content : undefined;
}

function required(parent: Node, name: string, path: string, longest: number): string {
  const content = text(parent, name);
  if (content === undefined) throw unreadable(`${path}/${name} is missing.`);
  if (content.length > longest) throw unreadable(`${path}/${name} is longer than ${longest} characters.`);
  return content;
}

/** Up to version .03 (.02) the date stands in the element itself, later in Dt or DtTm. */
function dateIn(parent: Node, name: string, path: string): string {
  const inner = isNode(parent[name]) ? parent[name] : {};
  const date = (text(parent, name) ?? text(inner, "Dt") ?? text(inner, "DtTm") ?? "").slice(0, 10);
  if (!isDate(date)) throw unreadable(`${path}/${name} is not a date.`);
  return date;
}

function accountNumber(account: Node, path: string): string {
  const id = node(account, "Id", path);
  const number = text(id, "IBAN") ?? (isNode(id["Othr"]) ? text(id["Othr"], "Id") : undefined);
  if (number === undefined) throw unreadable(`${path}/Id needs an IBAN or Othr/Id.`);
  return number.replaceAll(/\s/g, "");
}

/** The clearing member of an agent: IFSC in India, routing number in the United States. */
function memberOf(agent: unknown): string | undefined {
  const institution = isNode(agent) ? agent["FinInstnId"] : undefined;
  const member = isNode(institution) ? institution["ClrSysMmbId"] : undefined;
  return isNode(member) ? text(member, "MmbId") : undefined;
}
