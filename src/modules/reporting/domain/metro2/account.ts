import { addDays, type IsoDate } from "#engine/index.ts";
import type { CreditStanding } from "#modules/servicing/index.ts";
import { plainText } from "../plain-text.ts";
import { ATTACHED, BASE_LENGTH, BASE_SEGMENT } from "./layout.ts";
import { writeRecord, type Metro2Record } from "./record.ts";
import { metro2Status, paymentHistoryProfile } from "./status.ts";

/** Whom an account is reported for; identifiers and address in clear. */
export interface Consumer {
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly birthDate: string | null;
  readonly phone: string | null;
  readonly ssn: string | null;
  readonly address: { readonly line1: string; readonly line2?: string; readonly city: string; readonly region: string; readonly postalCode: string } | null;
}

export interface AccountOptions {
  /** The last day of the month that is reported. */
  readonly asOf: IsoDate;
  readonly timeStamp: string;
  readonly identificationNumber: string;
  readonly portfolioType: string;
  readonly accountType: string;
  readonly correction: boolean;
  /** Compliance condition code of a dispute; empty when there is none. */
  readonly compliance: string;
  /** The account is to be taken out of the bureau's file. */
  readonly deleted?: boolean;
}

export interface AccountRecord { readonly base: Metro2Record; readonly attached: readonly Metro2Record[]; readonly text: string }

/** Statuses that carry the day the delinquency began. @source CDIA Credit Reporting Resource Guide, field 25 */
const DELINQUENT = new Set(["61", "62", "63", "64", "65", "71", "78", "80", "82", "83", "84", "88", "89", "93", "94", "95", "96", "97"]);

/**
 * The record of one account: base segment, and a J1 or J2 segment for each further consumer, by whether they live at the same address.
 * Amounts are whole dollars, cents dropped.
 *
 * @param consumers   the borrower first; a guarantor is a co-maker (5), a co-borrower jointly liable (2)
 * @throws RangeError an amount above nine digits
 * @source            CDIA Credit Reporting Resource Guide, base segment and J segments
 */
export function metro2Account(s: CreditStanding, consumers: readonly (Consumer & { readonly role: string })[], o: AccountOptions): AccountRecord {
  const [first, ...others] = consumers;
  const joint = others.some((c) => c.role === "co_borrower");
  const attached = others.map((c) => segmentOf(c, first?.address ?? null));
  const widths = attached.reduce((sum, a) => sum + (a["segmentIdentifier"] === "J1" ? 100 : 200), 0);
  const base: Metro2Record = {
    recordDescriptorWord: BASE_LENGTH + widths, processingIndicator: 1, timeStamp: o.timeStamp, correctionIndicator: o.correction ? 1 : 0, identificationNumber: plainText(o.identificationNumber, 20), consumerAccountNumber: s.number,
    portfolioType: o.portfolioType, accountType: o.accountType, ...agreed(s), ...standing(s, o),
    complianceConditionCode: o.compliance, dateAccountInformation: o.asOf, ...personOf(first), ecoaCode: joint ? "2" : "1", ...addressOf(first?.address ?? null),
  };
  return { base, attached, text: writeRecord(BASE_SEGMENT, base) + attached.map((a) => writeRecord(ATTACHED[a["segmentIdentifier"] as string] ?? [], a)).join("") };
}

/** What was agreed, as the record has it. */
function agreed(s: CreditStanding): Metro2Record {
  return {
    dateOpened: s.openedDate, creditLimit: 0, highestCredit: dollars(s.original), termsDuration: String(Math.min(999, months(s))).padStart(3, "0"), termsFrequency: frequency(s),
    scheduledMonthlyPaymentAmount: s.status === "active" ? dollars(monthly(s)) : 0, interestTypeIndicator: "F",
  };
}

/** Where the account stands: status (AU: settled for less than was owed), amounts and days that follow from it. */
function standing(s: CreditStanding, o: AccountOptions): Metro2Record {
  const status = o.deleted === true ? "DA" : accountStatus(s);
  const rating = status === "13" ? metro2Status(s.daysBeforeEnd).code : "";
  const late = DELINQUENT.has(status) || /[1-6]/.test(rating);
  return {
    actualPaymentAmount: dollars(s.paidInSpan), accountStatus: status, paymentRating: rating, paymentHistoryProfile: profile(s), specialComment: s.status === "settled" ? "AU" : "", currentBalance: dollars(s.balance),
    amountPastDue: status === "97" ? dollars(s.balance) : status === "11" || status === "13" || status === "64" ? 0 : dollars(s.pastDue30), originalChargeOffAmount: status === "97" || status === "64" ? dollars(s.lostAmount) : 0,
    dateFirstDelinquency: late && s.pastDueSince !== null ? addDays(s.pastDueSince, 30) : null, dateClosed: s.closedDate ?? s.chargedOffDate, dateLastPayment: s.lastPaymentDate,
  };
}

function accountStatus(s: CreditStanding): string {
  if (s.status === "charged_off" || s.status === "written_off") return "97";
  if (s.status === "closed" || s.status === "settled") return s.chargedOffDate === null ? "13" : "64";
  return metro2Status(s.daysPastDue).status;
}

function profile(s: CreditStanding): string {
  const known = s.history.slice(0, s.history.findIndex((d) => d === null) < 0 ? undefined : s.history.findIndex((d) => d === null));
  return paymentHistoryProfile(known.map((d) => (d === "L" ? "L" : metro2Status(d ?? 0).code)));
}

function personOf(c: Consumer | undefined): Metro2Record {
  return {
    surname: plainText(c?.familyName, 25), firstName: plainText(c?.givenName, 20), middleName: "", generationCode: "", socialSecurityNumber: digits(c?.ssn, 9), dateBirth: c?.birthDate ?? null, telephoneNumber: digits(c?.phone, 10),
    consumerInformationIndicator: "",
  };
}

function addressOf(a: Consumer["address"]): Metro2Record {
  const region = plainText(a?.region, 20);
  return {
    countryCode: "US", firstLineAddress: plainText(a?.line1, 32), secondLineAddress: plainText(a?.line2, 32), city: plainText(a?.city, 20), state: region.length === 2 ? region : "", zipCode: (a?.postalCode ?? "").replace(/\D/g, "").slice(0, 9),
    addressIndicator: "", residenceCode: "",
  };
}

function segmentOf(c: Consumer & { readonly role: string }, address: Consumer["address"]): Metro2Record {
  const same = c.address === null || (address !== null && c.address.line1 === address.line1 && c.address.postalCode === address.postalCode);
  return { segmentIdentifier: same ? "J1" : "J2", ...personOf(c), ecoaCode: c.role === "guarantor" ? "5" : "2", ...(same ? {} : addressOf(c.address)) };
}

const dollars = (cents: number): number => Math.floor(Math.max(0, cents) / 100);

/** Digits as a number text; an identifier that does not fill its field is left out rather than half reported. */
function digits(text: string | null | undefined, length: number): string | null {
  const found = (text ?? "").replace(/\D/g, "").slice(-length);
  return found.length === length ? found : null;
}

const DAYS: Readonly<Record<string, number>> = { days: 1, weeks: 7 };
const MONTHS: Readonly<Record<string, number>> = { months: 1, years: 12 };

function months(s: CreditStanding): number {
  const inMonths = MONTHS[s.unit];
  return inMonths === undefined ? Math.ceil((s.installments * s.every * (DAYS[s.unit] ?? 1) * 12) / 365) : s.installments * s.every * inMonths;
}

/** What a regular installment comes to in a month, cents. */
function monthly(s: CreditStanding): number {
  const inMonths = MONTHS[s.unit];
  return inMonths === undefined ? Math.round((s.installment * 365) / (12 * s.every * (DAYS[s.unit] ?? 1))) : Math.round(s.installment / (s.every * inMonths));
}

/** @source CDIA Credit Reporting Resource Guide, terms frequency */
function frequency(s: CreditStanding): string {
  if (s.installments === 1) return "P";
  const inMonths = MONTHS[s.unit];
  if (inMonths !== undefined) return { 1: "M", 2: "L", 3: "Q", 4: "T", 6: "S", 12: "Y" }[s.every * inMonths] ?? "M";
  return { 7: "W", 14: "B", 15: "E", 30: "M" }[s.every * (DAYS[s.unit] ?? 1)] ?? "M";
}
