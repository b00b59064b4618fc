import { REASON_TEXTS } from "../magic-values.ts";
import type { BankFile, FileContent, ReportedItem } from "./model.ts";
import { all, el, isoDocument, optional, type Xml } from "./xml-write.ts";

type StatusReport = Extract<FileContent, { kind: "pain.002" }>;

/** The bank's answer to a payment file: the group, then each payment information with its items. */
export function writeStatusReport(file: BankFile, content: StatusReport): string {
  const { submission } = content;
  const blocks = Map.groupBy(content.items, (item) => item.pmtInfId);
  return isoDocument("pain.002.001.10", el("CstmrPmtStsRpt",
    el("GrpHdr", el("MsgId", content.messageId), el("CreDtTm", `${file.businessDate}T12:00:00Z`)),
    el("OrgnlGrpInfAndSts", el("OrgnlMsgId", submission.msgId), el("OrgnlMsgNmId", submission.messageName),
      el("OrgnlNbOfTxs", String(submission.items.length)), el("OrgnlCtrlSum", submission.controlSum), el("GrpSts", content.groupStatus), reasonXml(submission.groupReason)),
    all([...blocks].map(([pmtInfId, items]) => el("OrgnlPmtInfAndSts", el("OrgnlPmtInfId", pmtInfId), el("PmtInfSts", statusOfAll(items)), all(items.map(itemXml)))))));
}

function itemXml(item: ReportedItem): Xml {
  return el("TxInfAndSts", optional("OrgnlInstrId", item.instrId, 35), el("OrgnlEndToEndId", item.endToEndId), el("TxSts", item.status), reasonXml(item.reason), optional("AcctSvcrRef", item.reference, 35));
}

const reasonXml = (reason: string | undefined): Xml | undefined =>
  reason === undefined ? undefined : el("StsRsnInf", el("Rsn", el("Cd", reason)), optional("AddtlInf", REASON_TEXTS[reason], 105));

/** One status for several items: PART as soon as some are rejected and some are not. */
export function statusOfAll(items: readonly { readonly status: string }[]): "ACSC" | "ACCP" | "PART" | "RJCT" {
  const rejected = items.filter((item) => item.status === "RJCT").length;
  if (rejected > 0) return rejected === items.length ? "RJCT" : "PART";
  return items.every((item) => item.status === "ACSC") ? "ACSC" : "ACCP";
}
