import { seededRandom } from "#kernel/ids.ts";
import type { StartApplication } from "../commands/start-application.ts";
import { birthDateFor, mapRow, type CreditRow } from "./german-credit.ts";

const WOMEN = ["Aarti", "Ananya", "Bhavna", "Deepa", "Divya", "Gauri", "Isha", "Jyoti", "Kavita", "Lakshmi", "Meera", "Nandini", "Pooja", "Radha", "Ritu", "Sanjana", "Shreya", "Sunita", "Usha", "Vidya"] as const;
const MEN = ["Aditya", "Ajay", "Anil", "Arjun", "Dev", "Farhan", "Ganesh", "Harish", "Imran", "Karan", "Manoj", "Naveen", "Pradeep", "Rahul", "Rajesh", "Sandeep", "Suresh", "Tarun", "Vijay", "Vikram"] as const;
const FAMILIES = ["Agarwal", "Banerjee", "Bhat", "Chauhan", "Das", "Deshmukh", "Fernandes", "Gupta", "Iyer", "Jain", "Joshi", "Kapoor", "Khan", "Kulkarni", "Mehta", "Menon", "Mishra", "Nair", "Naidu", "Pandey", "Patel", "Pillai", "Rao", "Reddy", "Saxena", "Shah", "Sharma", "Shetty", "Singh", "Thomas", "Trivedi", "Varma", "Yadav"] as const;
const PLACES = [["Pune", "MH", "411001"], ["Mumbai", "MH", "400001"], ["Bengaluru", "KA", "560001"], ["Chennai", "TN", "600001"], ["Hyderabad", "TS", "500001"], ["Jaipur", "RJ", "302001"], ["Lucknow", "UP", "226001"], ["Kochi", "KL", "682001"], ["Indore", "MP", "452001"], ["Surat", "GJ", "395001"]] as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * One row of past applicants as a whole application for the Indian personal loan: what the row tells, and an invented person around it.
 * The same row, number and seed make the same person; names, accounts and phones stay clear of the sandbox's magic values.
 *
 * @param index  0, 1, 2 … below a million: makes PAN, phone and account unique
 */
export function demoApplication(row: CreditRow, index: number, options: { seed: number; businessDate: string; productCode?: string }): StartApplication {
  const random = seededRandom(options.seed * 1_000_003 + index);
  const mapped = mapRow(row);
  const givenName = random.pick(index % 2 === 0 ? WOMEN : MEN);
  const familyName = random.pick(FAMILIES);
  const [city, region, postalCode] = random.pick(PLACES);
  const serial = String(index).padStart(6, "0");
  const letter = (n: number) => LETTERS.charAt(n % 26);
  const pan = `${letter(index)}${letter(Math.floor(index / 26))}${letter(Math.floor(index / 676) + 3)}P${familyName.charAt(0)}${String(1000 + ((index * 7919) % 9000))}${letter(index * 5 + options.seed)}`;
  return {
    productCode: options.productCode ?? "personal-loan", amount: { minor: mapped.amountMinor, currency: "INR" }, termMonths: mapped.termMonths, channel: "api", locale: random.float() < 0.3 ? "hi" : "en",
    answers: {
      ...mapped.answers, givenName, familyName, birthDate: birthDateFor(mapped.ageYears, options.businessDate), pan, phone: `+9198${serial}${String(11 + (index % 80))}`, email: `${givenName}.${familyName}.${serial}@example.in`.toLowerCase(),
      address: { line1: `${1 + random.integer(200)} ${random.pick(["Lake Road", "Station Road", "Temple Street", "Gandhi Nagar", "MG Road"])}`, city, region, postalCode, country: "IN" }, payoutAccount: `HDFC0001234/5010${serial}${String(1100 + (index % 800))}`,
    },
    consents: ["credit_bureau", "identity_check", "data_use"].map((purpose) => ({ purpose, given: true })),
  };
}
