import { UnreadableFile, type StatusReport } from "#modules/payments/ports.ts";
import { codeAt } from "./fields.ts";
import { all, find, readXml, textAt, type Element } from "./xml-read.ts";

/**
 * Reads a pain.002 (customer payment status report), versions .03 to .14: what they share. A status of a payment block
 * counts for its items that have none of their own.
 *
 * @throws UnreadableFile  naming the path
 * @source ISO 20022 message definitions pain.002.001.03 and pain.002.001.10
 */
export function readStatusReport(bytes: Uint8Array): StatusReport {
  const document = readXml(bytes);
  const report = find(document, "CstmrPmtStsRpt");
  if (document.name !== "Document" || report === undefined) throw new UnreadableFile("/Document", "is not a pain.002");
  const group = find(report, "OrgnlGrpInfAndSts");
  if (group === undefined) throw new UnreadableFile("/Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts", "is missing");
  return {
    originalMessageId: textAt(group, "OrgnlMsgId"),
    groupStatus: textAt(group, "GrpSts"),
    groupReason: reason(group),
    items: all(report, "OrgnlPmtInfAndSts").flatMap((block) => all(block, "TxInfAndSts").map((item) => ({
      endToEndId: textAt(item, "OrgnlEndToEndId") ?? "",
      status: textAt(item, "TxSts") ?? textAt(block, "PmtInfSts") ?? textAt(group, "GrpSts") ?? "",
      reason: reason(item) ?? reason(block) ?? reason(group),
    }))),
  };
}

function reason(element: Element | undefined): string | undefined {
  const info = find(element, "StsRsnInf");
  return codeAt(find(info, "Rsn")) ?? textAt(info, "AddtlInf");
}
