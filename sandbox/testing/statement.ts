import { XMLParser } from "fast-xml-parser";
import type { Client } from "./client.ts";

const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false, parseAttributeValue: false,
  isArray: (name) => ["Ntry", "TxDtls", "Bal", "TxInfAndSts", "OrgnlPmtInfAndSts"].includes(name),
});

export interface ReadEntry {
  readonly reference: string;
  readonly signedMinor: bigint;
  readonly family: string;
  readonly valueDate: string;
  readonly endToEndIds: readonly string[];
  readonly reason: string | undefined;
  readonly original: string | undefined;
  readonly remittance: string | undefined;
}

export interface ReadStatement {
  readonly id: string;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly entries: readonly ReadEntry[];
}

interface Tree { readonly [name: string]: Tree & string & readonly Tree[] }

const minor = (text: string): bigint => BigInt(text.replace(".", ""));
const signed = (amount: Tree, indicator: string): bigint => (indicator === "CRDT" ? 1n : -1n) * minor(amount["#text"] as string);

/** Reads a camt.053 of the sandbox by the names of its elements, apart from the code that writes it. */
export function readStatement(xml: string): ReadStatement {
  const statement = (parser.parse(xml) as Tree)["Document"]!["BkToCstmrStmt"]!["Stmt"]!;
  const balance = (code: string): bigint => {
    const found = [...statement["Bal"]!].find((each) => each["Tp"]!["CdOrPrtry"]!["Cd"] === code)!;
    return signed(found["Amt"]!, found["CdtDbtInd"]!);
  };
  return { id: statement["Id"]!, openingMinor: balance("OPBD"), closingMinor: balance("CLBD"), entries: entriesOf(statement) };
}

/** Entries of a camt.054. */
export const readNotification = (xml: string): readonly ReadEntry[] => entriesOf((parser.parse(xml) as Tree)["Document"]!["BkToCstmrDbtCdtNtfctn"]!["Ntfctn"]!);

function entriesOf(parent: Tree): ReadEntry[] {
  return [...(parent["Ntry"] ?? [])].map((entry) => {
    const details = [...entry["NtryDtls"]!["TxDtls"]!];
    const first = details[0]!;
    const family = entry["BkTxCd"]!["Domn"]!["Fmly"]!;
    return {
      reference: entry["AcctSvcrRef"]!, signedMinor: signed(entry["Amt"]!, entry["CdtDbtInd"]!), family: `${family["Cd"]}/${family["SubFmlyCd"]}`,
      valueDate: entry["ValDt"]!["Dt"]!, endToEndIds: details.map((detail) => detail["Refs"]!["EndToEndId"]!),
      reason: first["RtrInf"]?.["Rsn"]!["Cd"], original: first["Refs"]!["Prtry"]?.["Ref"], remittance: first["RmtInf"]?.["Ustrd"],
    };
  });
}

/** Group status and `id: status reason` of each item of a pain.002. */
export function readStatusReport(xml: string): { group: string; items: Readonly<Record<string, string>> } {
  const report = (parser.parse(xml) as Tree)["Document"]!["CstmrPmtStsRpt"]!;
  const items = [...(report["OrgnlPmtInfAndSts"] ?? [])].flatMap((block) => [...(block["TxInfAndSts"] ?? [])]);
  return {
    group: report["OrgnlGrpInfAndSts"]!["GrpSts"]!,
    items: Object.fromEntries(items.map((item) => [item["OrgnlEndToEndId"]!, `${item["TxSts"]}${item["StsRsnInf"] === undefined ? "" : ` ${item["StsRsnInf"]["Rsn"]!["Cd"]}`}`])),
  };
}

/** Every file of a kind in the outbox, as text. */
export async function fetchFiles(client: Client, kind: string, accountId = "main"): Promise<string[]> {
  const listed = await client.get("bank", `/bank/v1/files?kind=${kind}&accountId=${accountId}&limit=1000`);
  const files: string[] = [];
  for (const file of listed.json["files"]!) files.push((await client.get("bank", file["url"]!)).text);
  return files;
}

/** An Indian account called main, opened on 2026-01-15 with a million rupees. */
export const openMain = (client: Client, openingBalance = "1000000.00"): Promise<unknown> => client.send("bank", "PUT", "/bank/v1/accounts/main", {
  name: "Demo NBFC", currency: "INR", ifsc: "SAND0000001", account: "100200300400", openingBalance, openDate: "2026-01-15",
});

export const moveTo = (client: Client, date: string, headers: Readonly<Record<string, string>> = {}) => client.send("bank", "POST", "/bank/v1/business-date", { date }, headers);
