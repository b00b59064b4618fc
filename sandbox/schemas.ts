import { type Static, Type } from "typebox";

/** Shapes that more than one provider reads. Objects refuse unknown fields, so that a typing error is not taken for silence. */
export const Shape = <Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) => Type.Object(fields, { additionalProperties: false });

export const ReferenceText = Type.String({ minLength: 1, maxLength: 200 });
export const NameText = Type.String({ minLength: 1, maxLength: 200 });
export const DateText = Type.String({ format: "date" });
export const AmountText = Type.String({ pattern: "^\\d{1,15}(\\.\\d{1,3})?$" });
export const CurrencyText = Type.String({ pattern: "^[A-Z]{3}$" });
export const CountryText = Type.Enum(["IN", "US"]);

export const Identifier = Shape({ scheme: Type.String({ minLength: 2, maxLength: 30 }), value: Type.String({ minLength: 1, maxLength: 60 }) });
export type Identifier = Static<typeof Identifier>;

const AddressLine = Type.Optional(Type.String({ maxLength: 200 }));
export const Address = Type.Object({ line1: AddressLine, line2: AddressLine, city: AddressLine, region: AddressLine, postalCode: AddressLine, country: AddressLine });
export type Address = Static<typeof Address>;

export const BureauPerson = Shape({
  givenName: Type.String({ maxLength: 200 }),
  familyName: NameText,
  birthDate: DateText,
  identifiers: Type.Array(Identifier, { maxItems: 10 }),
  address: Type.Optional(Type.Union([Address, Type.Null()])),
});
export type BureauPerson = Static<typeof BureauPerson>;

/** Identifiers compare without blanks and hyphens, in upper case. */
export const normalizeIdentifier = (value: string): string => value.replaceAll(/[\s-]/g, "").toUpperCase();

export const identifierKey = (scheme: string, value: string): string => `${scheme.toUpperCase()}:${normalizeIdentifier(value)}`;
