import { UnreadableFile } from "#modules/payments/ports.ts";
import { amountAt } from "./fields.ts";
import { all, find, readXml, textAt, type Element } from "./xml-read.ts";

/** A payment file as its receiver sees it: what it orders, and whether its own counts and sums are right. */
export interface Initiation {
  readonly messageId: string;
  readonly count: number;
  readonly controlSum: string | undefined;
  readonly countMatches: boolean;
  readonly controlSumMatches: boolean;
  readonly sequenceType: string | undefined;
  readonly items: readonly { readonly endToEndId: string; readonly amountMinor: bigint; readonly currency: string; readonly mandateId: string | undefined }[];
}

/**
 * Reads a pain.001 or pain.008 back, so that a file can be proved before it is sent: the number of its items and their sum against what
 * the group header and each payment block say of them.
 *
 * @throws UnreadableFile  naming the path
 * @source ISO 20022 message definitions pain.001.001.03 to .12 and pain.008.001.02 to .11
 */
export function readInitiation(bytes: Uint8Array): Initiation {
  const document = readXml(bytes);
  const [root, item] = find(document, "CstmrCdtTrfInitn") === undefined ? ["CstmrDrctDbtInitn", "DrctDbtTxInf"] : ["CstmrCdtTrfInitn", "CdtTrfTxInf"];
  const message = find(document, root);
  if (document.name !== "Document" || message === undefined) throw new UnreadableFile("/Document", "is neither pain.001 nor pain.008");
  const path = `/Document/${root}`;
  const header = find(message, "GrpHdr");
  const messageId = textAt(header, "MsgId");
  if (messageId === undefined) throw new UnreadableFile(`${path}/GrpHdr/MsgId`, "is missing");
  const blocks = all(message, "PmtInf").map((block) => ({ block, items: all(block, item).map((each, i) => readItem(each, `${path}/PmtInf/${item}[${i + 1}]`)) }));
  const items = blocks.flatMap((b) => b.items);
  const told = [{ of: header, items }, ...blocks.map((b) => ({ of: b.block, items: b.items }))];
  return {
    messageId, count: items.length, controlSum: textAt(header, "CtrlSum"), items, sequenceType: textAt(message, "PmtInf", "PmtTpInf", "SeqTp"),
    countMatches: told.every((part) => (textAt(part.of, "NbOfTxs") ?? String(part.items.length)) === String(part.items.length)),
    controlSumMatches: told.every((part) => sumMatches(textAt(part.of, "CtrlSum"), part.items)),
  };
}

function readItem(item: Element, path: string): Initiation["items"][number] {
  const endToEndId = textAt(item, "PmtId", "EndToEndId");
  if (endToEndId === undefined) throw new UnreadableFile(`${path}/PmtId/EndToEndId`, "is missing");
  const amount = amountAt(find(item, "Amt", "InstdAmt") ?? find(item, "InstdAmt"), `${path}/InstdAmt`);
  return { endToEndId, amountMinor: amount.minor, currency: amount.currency, mandateId: textAt(item, "DrctDbtTx", "MndtRltdInf", "MndtId") };
}

/** A control sum is a plain sum of the numbers, whatever their currencies; minor units of one currency are compared. */
function sumMatches(told: string | undefined, items: Initiation["items"]): boolean {
  const [first] = items;
  if (told === undefined || first === undefined) return told === undefined;
  const amount: Element = { name: "CtrlSum", attributes: { Ccy: first.currency }, children: [], text: told };
  return amountAt(amount, "CtrlSum").minor === items.reduce((sum, item) => sum + item.amountMinor, 0n);
}
