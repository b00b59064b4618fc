/** A field of a record: first column (from 1), width and kind. */
export type Metro2Field = { readonly name: string; readonly start: number; readonly length: number; readonly kind: "numeric" | "alphanumeric" | "date" | "timestamp" };

/**
 * The base segment in character format, 426 columns.
 * @source CDIA Credit Reporting Resource Guide, base segment layout
 */
export const BASE_SEGMENT: readonly Metro2Field[] = [
  { name: "recordDescriptorWord", start: 1, length: 4, kind: "numeric" },
  { name: "processingIndicator", start: 5, length: 1, kind: "numeric" },
  { name: "timeStamp", start: 6, length: 14, kind: "timestamp" },
  { name: "correctionIndicator", start: 20, length: 1, kind: "numeric" },
  { name: "identificationNumber", start: 21, length: 20, kind: "alphanumeric" },
  { name: "cycleIdentifier", start: 41, length: 2, kind: "alphanumeric" },
  { name: "consumerAccountNumber", start: 43, length: 30, kind: "alphanumeric" },
  { name: "portfolioType", start: 73, length: 1, kind: "alphanumeric" },
  { name: "accountType", start: 74, length: 2, kind: "alphanumeric" },
  { name: "dateOpened", start: 76, length: 8, kind: "date" },
  { name: "creditLimit", start: 84, length: 9, kind: "numeric" },
  { name: "highestCredit", start: 93, length: 9, kind: "numeric" },
  { name: "termsDuration", start: 102, length: 3, kind: "alphanumeric" },
  { name: "termsFrequency", start: 105, length: 1, kind: "alphanumeric" },
  { name: "scheduledMonthlyPaymentAmount", start: 106, length: 9, kind: "numeric" },
  { name: "actualPaymentAmount", start: 115, length: 9, kind: "numeric" },
  { name: "accountStatus", start: 124, length: 2, kind: "alphanumeric" },
  { name: "paymentRating", start: 126, length: 1, kind: "alphanumeric" },
  { name: "paymentHistoryProfile", start: 127, length: 24, kind: "alphanumeric" },
  { name: "specialComment", start: 151, length: 2, kind: "alphanumeric" },
  { name: "complianceConditionCode", start: 153, length: 2, kind: "alphanumeric" },
  { name: "currentBalance", start: 155, length: 9, kind: "numeric" },
  { name: "amountPastDue", start: 164, length: 9, kind: "numeric" },
  { name: "originalChargeOffAmount", start: 173, length: 9, kind: "numeric" },
  { name: "dateAccountInformation", start: 182, length: 8, kind: "date" },
  { name: "dateFirstDelinquency", start: 190, length: 8, kind: "date" },
  { name: "dateClosed", start: 198, length: 8, kind: "date" },
  { name: "dateLastPayment", start: 206, length: 8, kind: "date" },
  { name: "interestTypeIndicator", start: 214, length: 1, kind: "alphanumeric" },
  { name: "reserved2", start: 215, length: 17, kind: "alphanumeric" },
  { name: "surname", start: 232, length: 25, kind: "alphanumeric" },
  { name: "firstName", start: 257, length: 20, kind: "alphanumeric" },
  { name: "middleName", start: 277, length: 20, kind: "alphanumeric" },
  { name: "generationCode", start: 297, length: 1, kind: "alphanumeric" },
  { name: "socialSecurityNumber", start: 298, length: 9, kind: "numeric" },
  { name: "dateBirth", start: 307, length: 8, kind: "date" },
  { name: "telephoneNumber", start: 315, length: 10, kind: "numeric" },
  { name: "ecoaCode", start: 325, length: 1, kind: "alphanumeric" },
  { name: "consumerInformationIndicator", start: 326, length: 2, kind: "alphanumeric" },
  { name: "countryCode", start: 328, length: 2, kind: "alphanumeric" },
  { name: "firstLineAddress", start: 330, length: 32, kind: "alphanumeric" },
  { name: "secondLineAddress", start: 362, length: 32, kind: "alphanumeric" },
  { name: "city", start: 394, length: 20, kind: "alphanumeric" },
  { name: "state", start: 414, length: 2, kind: "alphanumeric" },
  { name: "zipCode", start: 416, length: 9, kind: "alphanumeric" },
  { name: "addressIndicator", start: 425, length: 1, kind: "alphanumeric" },
  { name: "residenceCode", start: 426, length: 1, kind: "alphanumeric" },
];

/** Columns of a base segment. */
export const BASE_LENGTH = 426;
