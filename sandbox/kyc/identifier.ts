import { normalizeIdentifier } from "../schemas.ts";

// Tables of the dihedral group D5, in which Verhoeff's check digit is computed.
const MULTIPLY = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];
const PERMUTE = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];

/** @source J. Verhoeff (1969), Error Detecting Decimal Codes; the check of an Aadhaar number */
export function verhoeffHolds(digits: string): boolean {
  let check = 0;
  [...digits].reverse().forEach((digit, at) => {
    check = Number(MULTIPLY[check]?.[Number(PERMUTE[at % 8]?.[Number(digit)])]);
  });
  return check === 0;
}

/** @source ISO 13616: the IBAN rotated by four, letters as 10…35, is 1 modulo 97 */
export function ibanHolds(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  const digits = [...(iban.slice(4) + iban.slice(0, 4))].map((sign) => Number.parseInt(sign, 36).toString()).join("");
  return BigInt(digits) % 97n === 1n;
}

/** @source ABA routing number check: weights 3, 7, 1 */
export const routingHolds = (routing: string): boolean =>
  /^\d{9}$/.test(routing) && [...routing].reduce((sum, digit, at) => sum + Number(digit) * ([3, 7, 1][at % 3] ?? 0), 0) % 10 === 0;

/**
 * Whether an identifier can exist at all. Schemes that are not listed only have to be there.
 * @returns the reason why not, or undefined
 * @source PAN: five letters, the fourth P for a person, four digits, a letter (Income-tax Department). SSN: no area 000, 666
 *   or 9xx, no group 00, no serial 0000 (Social Security Administration, since 2011)
 */
export function formatFault(scheme: string, given: string): string | undefined {
  const value = scheme.endsWith("_ACCOUNT") ? given.replaceAll(/[\s-]/g, "").toUpperCase() : normalizeIdentifier(given);
  switch (scheme.toUpperCase()) {
    case "PAN": return /^[A-Z]{3}P[A-Z]\d{4}[A-Z]$/.test(value) ? undefined : "A person's PAN is three letters, P, a letter, four digits, a letter";
    case "SSN": return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(value) ? undefined : "This number is never issued as an SSN";
    case "AADHAAR": return /^[2-9]\d{11}$/.test(value) && verhoeffHolds(value) ? undefined : "An Aadhaar number has twelve digits, the last being a check digit";
    case "IBAN": return ibanHolds(value) ? undefined : "The IBAN's check digits do not hold";
    case "IN_ACCOUNT": return /^[A-Z]{4}0[A-Z0-9]{6}\/\d{6,18}$/.test(value) ? undefined : "Write IFSC/ACCOUNT";
    case "US_ACCOUNT": return /^\d{9}\/\d{4,17}$/.test(value) && routingHolds(value.slice(0, 9)) ? undefined : "Write ROUTING/ACCOUNT with a true routing number";
    default: return undefined;
  }
}
