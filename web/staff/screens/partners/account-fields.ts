import type { FieldSpec } from "../../../ui/form.tsx";

/** The account a partner is paid to, in forms that ask for it. `under` is where the request has it. */
export function accountFields(under: string): readonly FieldSpec[] {
  return [
    { name: "scheme", label: "Kind of account", kind: "choice", required: true, initial: "in", pointer: `${under}/scheme`, options: [{ value: "in", label: "India: IFSC and account" }, { value: "us", label: "United States: routing number and account" }, { value: "iban", label: "IBAN" }] },
    { name: "number", label: "Account number", required: true, pointer: `${under}/number`, description: "IFSC or routing number, a slash, the account; an IBAN alone" },
  ];
}
