/** A field of a record: first column (from 1), width and kind. */
export type Metro2Field = { readonly name: string; readonly start: number; readonly length: number; readonly kind: "numeric" | "alphanumeric" | "date" | "timestamp" };

/**
 * Fields side by side, written as "name width kind": n number, a text, d day, t timestamp.
 * @source CDIA Credit Reporting Resource Guide, character format
 */
function layout(spec: string): readonly Metro2Field[] {
  let start = 1;
  return spec.trim().split(/\s*,\s*/).map((entry) => {
    const [, name = "", width = "", kind = ""] = /^(\w+) (\d+)([nadt])$/.exec(entry) ?? [];
    const field: Metro2Field = { name, start, length: Number(width), kind: KINDS[kind] ?? "alphanumeric" };
    start += field.length;
    return field;
  });
}

const KINDS: Readonly<Record<string, Metro2Field["kind"]>> = { n: "numeric", a: "alphanumeric", d: "date", t: "timestamp" };

/** The base segment, 426 columns: an account and its first consumer. */
export const BASE_SEGMENT = layout(`
  recordDescriptorWord 4n, processingIndicator 1n, timeStamp 14t, correctionIndicator 1n, identificationNumber 20a, cycleIdentifier 2a, consumerAccountNumber 30a,
  portfolioType 1a, accountType 2a, dateOpened 8d, creditLimit 9n, highestCredit 9n, termsDuration 3a, termsFrequency 1a, scheduledMonthlyPaymentAmount 9n,
  actualPaymentAmount 9n, accountStatus 2a, paymentRating 1a, paymentHistoryProfile 24a, specialComment 2a, complianceConditionCode 2a, currentBalance 9n, amountPastDue 9n,
  originalChargeOffAmount 9n, dateAccountInformation 8d, dateFirstDelinquency 8d, dateClosed 8d, dateLastPayment 8d, interestTypeIndicator 1a, reserved2 17a, surname 25a,
  firstName 20a, middleName 20a, generationCode 1a, socialSecurityNumber 9n, dateBirth 8d, telephoneNumber 10n, ecoaCode 1a, consumerInformationIndicator 2a,
  countryCode 2a, firstLineAddress 32a, secondLineAddress 32a, city 20a, state 2a, zipCode 9a, addressIndicator 1a, residenceCode 1a`);

/** The first record of a file: who reports, and as of which day. */
export const HEADER = layout(`
  recordDescriptorWord 4n, recordIdentifier 6a, cycleIdentifier 2a, innovisProgramIdentifier 10a, equifaxProgramIdentifier 10a, experianProgramIdentifier 5a,
  transUnionProgramIdentifier 10a, activityDate 8d, dateCreated 8d, programDate 8d, programRevisionDate 8d, reporterName 40a, reporterAddress 96a,
  reporterTelephoneNumber 10n, softwareVendorName 40a, softwareVersionNumber 5a, prbcProgramIdentifier 10a, reserved 146a`);

/** The last record: what was reported, counted. */
export const TRAILER = layout(`
  recordDescriptorWord 4n, recordIdentifier 7a, totalBaseRecords 9n, reserved1 9a, totalStatusCodeDF 9n, totalConsumerSegmentsJ1 9n, totalConsumerSegmentsJ2 9n,
  blockCount 9n, totalStatusCodeDA 9n, totalStatusCode05 9n, totalStatusCode11 9n, totalStatusCode13 9n, totalStatusCode61 9n, totalStatusCode62 9n, totalStatusCode63 9n,
  totalStatusCode64 9n, totalStatusCode65 9n, totalStatusCode71 9n, totalStatusCode78 9n, totalStatusCode80 9n, totalStatusCode82 9n, totalStatusCode83 9n,
  totalStatusCode84 9n, totalStatusCode88 9n, totalStatusCode89 9n, totalStatusCode93 9n, totalStatusCode94 9n, totalStatusCode95 9n, totalStatusCode96 9n,
  totalStatusCode97 9n, totalEcoaCodeZ 9n, totalEmploymentSegments 9n, totalOriginalCreditorSegments 9n, totalPurchasedToSegments 9n, totalMortgageInformationSegments 9n,
  totalPaymentInformationSegments 9n, totalChangeSegments 9n, totalSocialNumbersAllSegments 9n, totalSocialNumbersBaseSegments 9n, totalSocialNumbersJ1Segments 9n,
  totalSocialNumbersJ2Segments 9n, totalDatesBirthAllSegments 9n, totalDatesBirthBaseSegments 9n, totalDatesBirthJ1Segments 9n, totalDatesBirthJ2Segments 9n,
  totalTelephoneNumbersAllSegments 9n, reserved2 19a`);

/** What may follow a base segment, by its identifier. */
export const ATTACHED: Readonly<Record<string, readonly Metro2Field[]>> = {
  J1: layout(`
    segmentIdentifier 2a, reserved1 1a, surname 25a, firstName 20a, middleName 20a, generationCode 1a, socialSecurityNumber 9n, dateBirth 8d, telephoneNumber 10n,
    ecoaCode 1a, consumerInformationIndicator 2a, reserved2 1a`),
  J2: layout(`
    segmentIdentifier 2a, reserved1 1a, surname 25a, firstName 20a, middleName 20a, generationCode 1a, socialSecurityNumber 9n, dateBirth 8d, telephoneNumber 10n,
    ecoaCode 1a, consumerInformationIndicator 2a, countryCode 2a, firstLineAddress 32a, secondLineAddress 32a, city 20a, state 2a, zipCode 9a, addressIndicator 1a,
    residenceCode 1a, reserved2 2a`),
  K1: layout(`
    segmentIdentifier 2a, originalCreditorName 30a, creditorClassification 2n`),
  K2: layout(`
    segmentIdentifier 2a, purchasedIndicator 1n, purchasedName 30a, reserved 1a`),
  K3: layout(`
    segmentIdentifier 2a, agencyIdentifier 2n, accountNumber 18a, mortgageIdentificationNumber 18a`),
  K4: layout(`
    segmentIdentifier 2a, specializedPaymentIndicator 2n, deferredPaymentStartDate 8d, balloonPaymentDueDate 8d, balloonPaymentAmount 9n, reserved 1a`),
  L1: layout(`
    segmentIdentifier 2a, changeIndicator 1n, newConsumerAccountNumber 30a, newIdentificationNumber 20a, reserved 1a`),
  N1: layout(`
    segmentIdentifier 2a, employerName 30a, firstLineEmployerAddress 32a, secondLineEmployerAddress 32a, employerCity 20a, employerState 2a, zipCode 9a, occupation 18a,
    reserved 1a`),
};

/** Columns of a header, base segment and trailer. */
export const BASE_LENGTH = 426;
