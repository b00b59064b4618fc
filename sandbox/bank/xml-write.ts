/**
 * A piece of finished XML. Made only here, so that no text reaches a file unescaped.
 */
export interface Xml {
  readonly xml: string;
}

type Child = Xml | string | undefined;

const NOTHING: Xml = { xml: "" };

// XML 1.0 has no way to write the other control characters, not even escaped; a lone surrogate is no character at all.
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as it may stand in an element or an attribute. */
export const escapeText = (text: string): string => text.replace(UNWRITABLE, "").replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? "");

/** An element; a child that is undefined is left out, a string is text. @example el("Dt", "2026-01-15") */
export function el(name: string, ...children: readonly Child[]): Xml {
  let inside = "";
  for (const child of children) if (child !== undefined) inside += typeof child === "string" ? escapeText(child) : child.xml;
  return { xml: `<${name}>${inside}</${name}>` };
}

/** An element that is left out when there is no text for it; longer text is cut to what the schema allows. */
export const optional = (name: string, text: string | undefined, longest = 140): Xml =>
  text === undefined || text === "" ? NOTHING : el(name, text.slice(0, longest));

/** An amount with its currency. */
export const amountXml = (name: string, text: string, currency: string): Xml => ({ xml: `<${name} Ccy="${escapeText(currency)}">${escapeText(text)}</${name}>` });

/** Elements one after the other. */
export const all = (parts: readonly Xml[]): Xml => ({ xml: parts.map((part) => part.xml).join("") });

/** A whole ISO 20022 document of the message `name`, such as camt.053.001.08. */
export const isoDocument = (name: string, content: Xml): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}">${content.xml}</Document>\n`;
