import type { IsoDate } from "#engine/index.ts";
import { indiaClass, npaCategory } from "#engine/india-classification.ts";
import type { CreditStanding } from "#modules/servicing/index.ts";
import { plainText } from "./plain-text.ts";

/** Whom a record is of; identifiers in clear. */
export interface BureauPerson {
  readonly role: string;
  readonly name: string;
  readonly birthDate: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly address: { readonly line1: string; readonly line2?: string; readonly city: string; readonly region: string; readonly postalCode: string } | null;
}

export interface BureauMember { readonly id: string; readonly name: string }

type Field = readonly [tag: string, value: string];

/** A segment: its name, then each field as tag, length of the value in two digits, value. A field without a value is left out. */
function segment(name: string, fields: readonly Field[]): string {
  return name + fields.filter(([, value]) => value !== "").map(([tag, value]) => `${tag}${String(value.length).padStart(2, "0")}${value}`).join("");
}

const day = (date: string | null): string => (date === null ? "" : date.slice(8) + date.slice(5, 7) + date.slice(0, 4));
const rupees = (paise: number): string => String(Math.floor(Math.max(0, paise) / 100));

/** Kinds of identifiers by their codes. */
const IDENTIFIERS: Readonly<Record<string, string>> = { PAN: "01", PASSPORT: "02", VOTER: "03", DRIVING_LICENCE: "04", RATION_CARD: "05", AADHAAR: "06" };

/** Codes of states and territories in address segments. @source First Schedule codes of the GST registration number */
const STATES: Readonly<Record<string, string>> = {
  JK: "01", HP: "02", PB: "03", CH: "04", UK: "05", UT: "05", HR: "06", DL: "07", RJ: "08", UP: "09", BR: "10", SK: "11", AR: "12", NL: "13", MN: "14", MZ: "15", TR: "16", ML: "17", AS: "18", WB: "19", JH: "20", OD: "21", OR: "21", CG: "22", CT: "22",
  MP: "23", GJ: "24", DD: "26", DN: "26", MH: "27", KA: "29", GA: "30", LD: "31", KL: "32", TN: "33", PY: "34", AN: "35", TG: "36", TS: "36", AP: "37", LA: "38",
};

const isLost = ({ status }: CreditStanding): boolean => status === "charged_off" || status === "written_off" || status === "settled";

/** Asset classification of an account: standard, special mention, or by the months it has been non-performing. */
export function assetClass(s: CreditStanding, asOf: IsoDate): "STD" | "SMA" | "SUB" | "DBT" | "LSS" {
  if (isLost(s)) return "LSS";
  if (s.ninetyDaysOn !== null && s.status === "active") return npaCategory(s.ninetyDaysOn, asOf) === "SUB-STANDARD" ? "SUB" : "DBT";
  // At its own day-end a due date counts as the first day.
  return s.daysPastDue > 0 && indiaClass(s.daysPastDue + 1) !== "STANDARD" ? "SMA" : "STD";
}

const CLASS_CODES = { STD: "01", SUB: "02", DBT: "03", LSS: "04", SMA: "05" } as const;
const OWNERSHIP: Readonly<Record<string, string>> = { borrower: "1", co_borrower: "4", guarantor: "3" };

/** The first record: who reports, and as of which day. */
export function bureauHeader(member: BureauMember, asOf: IsoDate, made: IsoDate): string {
  return segment("HD", [["01", "01"], ["02", plainText(member.id, 30)], ["03", plainText(member.name, 60)], ["04", day(asOf)], ["05", day(made)]]);
}

/** The last record, with what was reported counted and added up. */
export function bureauTrailer(totals: { readonly records: number; readonly balance: number; readonly overdue: number }): string {
  return segment("TR", [["01", String(totals.records)], ["02", String(totals.balance)], ["03", String(totals.overdue)]]);
}

/**
 * A consumer and their account, a record a line: name (PN), identifiers (ID), telephone (PT), e-mail (EC), address (PA), account (TL), end (ES).
 * Each person liable for a loan has a record of their own, told apart by the ownership code. Rupees without paise.
 *
 * @source  the segments and terms under which Indian credit information companies publish what members report; see the module's README
 */
export function bureauRecord(s: CreditStanding, person: BureauPerson, member: BureauMember, asOf: IsoDate): string {
  return [
    segment("PN", [["01", plainText(person.name, 26)], ["02", plainText(person.name, 78).slice(26, 52).trim()], ["07", day(person.birthDate)]]),
    ...person.identifiers.flatMap((i) => (IDENTIFIERS[i.scheme] === undefined ? [] : [segment("ID", [["01", IDENTIFIERS[i.scheme] as string], ["02", plainText(i.value, 30)]])])),
    ...(person.phone === null ? [] : [segment("PT", [["01", person.phone.replace(/\D/g, "").slice(-10)], ["03", "01"]])]),
    ...(person.email === null ? [] : [segment("EC", [["01", plainText(person.email, 75)]])]),
    ...(person.address === null ? [] : [segment("PA", [["01", plainText(person.address.line1, 40)], ["02", plainText(person.address.line2, 40)], ["05", plainText(person.address.city, 40)], ["06", STATES[plainText(person.address.region, 2)] ?? "99"], ["07", person.address.postalCode.replace(/\D/g, "").slice(0, 6)], ["08", "04"]])]),
    segment("TL", accountFields(s, person, member, asOf)),
    "ES",
  ].join("|");
}

function accountFields(s: CreditStanding, person: BureauPerson, member: BureauMember, asOf: IsoDate): Field[] {
  const lost = isLost(s);
  return [
    ["02", plainText(member.name, 16)], ["03", s.number], ["04", "05"], ["05", OWNERSHIP[person.role] ?? "1"], ["08", day(s.openedDate)], ["09", day(s.lastPaymentDate)], ["10", day(s.closedDate)], ["11", day(asOf)],
    ["12", rupees(s.original)], ["13", rupees(s.balance)], ["14", s.status === "closed" ? "0" : rupees(lost ? s.balance : s.overdue)], ["15", String(Math.min(999, s.daysPastDue)).padStart(3, "0")], ["22", s.status === "settled" ? "03" : lost ? "02" : ""], ["26", CLASS_CODES[assetClass(s, asOf)]],
    ["28", history(s)], ["38", `${Math.floor(s.ratePpb / 10_000_000)}.${String(Math.floor(s.ratePpb / 100_000) % 100).padStart(2, "0")}`], ["39", String(s.installments)], ["40", rupees(s.installment)], ["41", lost ? rupees(s.lostAmount) : ""], ["44", s.unit === "months" && s.every === 3 ? "04" : s.unit === "months" ? "03" : "01"], ["45", rupees(s.paidInSpan)],
  ];
}

/** Days past due of each month before, three digits a month, the latest first; a loss is LSS. At most 24 months. */
function history(s: CreditStanding): string {
  const until = s.history.findIndex((d) => d === null);
  return s.history.slice(0, until < 0 ? undefined : until).map((d) => (d === "L" ? "LSS" : String(Math.min(999, d ?? 0)).padStart(3, "0"))).join("");
}

/** Reads such a file back: lengths of fields, segments of each record, and the trailer against what the records come to. */
export async function checkBureau(lines: AsyncIterable<string> | Iterable<string>): Promise<string[]> {
  const faults: string[] = [];
  let [at, records, balance, overdue] = [0, 0, 0, 0];
  let trailer: ReadonlyMap<string, string> | null = null;
  for await (const line of lines) {
    at++;
    const segments = line.split("|").map(readSegment);
    if (segments.some((s) => s === null)) faults.push(`record ${at}: a length does not fit its field`);
    const of = (name: string) => segments.find((s) => s?.name === name)?.fields;
    if (line.startsWith("HD")) continue;
    if (line.startsWith("TR")) { trailer = of("TR") ?? null; continue; }
    records++;
    for (const name of ["PN", "TL", "ES"]) if (of(name) === undefined) faults.push(`record ${at}: segment ${name} is missing`);
    if (of("ID") === undefined && of("PT") === undefined) faults.push(`record ${at}: neither an identifier nor a telephone`);
    balance += Number(of("TL")?.get("13") ?? 0);
    overdue += Number(of("TL")?.get("14") ?? 0);
  }
  if (trailer === null) return [...faults, "there is no trailer"];
  for (const [tag, name, value] of [["01", "records", records], ["02", "balance", balance], ["03", "overdue", overdue]] as const) if (Number(trailer.get(tag)) !== value) faults.push(`${name}: the trailer says ${trailer.get(tag)}, the records come to ${value}`);
  return faults;
}

function readSegment(text: string): { name: string; fields: ReadonlyMap<string, string> } | null {
  const fields = new Map<string, string>();
  for (let at = 2; at < text.length;) {
    const length = Number(text.slice(at + 2, at + 4));
    const value = text.slice(at + 4, at + 4 + length);
    if (!Number.isInteger(length) || value.length !== length) return null;
    fields.set(text.slice(at, at + 2), value);
    at += 4 + length;
  }
  return { name: text.slice(0, 2), fields };
}
