export const PROVIDERS = ["bureau", "kyc", "bank", "messages", "esign"] as const;
export type Provider = (typeof PROVIDERS)[number];
export type Keys = Readonly<Record<Provider, string>>;

/** The documented keys of the demo. They guard nothing but invented people and invented money. */
export const DEMO_KEYS: Keys = {
  bureau: "sandbox-bureau-key",
  kyc: "sandbox-kyc-key",
  bank: "sandbox-bank-key",
  messages: "sandbox-messages-key",
  esign: "sandbox-esign-key",
};

/**
 * Reads `bureau=…,bank=…`; a provider not named keeps its demo key.
 * @throws RangeError an unknown provider or an empty key
 */
export function parseKeys(text: string): Keys {
  const keys: Record<Provider, string> = { ...DEMO_KEYS };
  for (const part of text.split(",").filter((each) => each.trim() !== "")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    const provider = PROVIDERS.find((each) => each === name);
    const key = part.slice(at + 1).trim();
    if (at < 1 || provider === undefined) throw new RangeError(`--keys names no provider in "${part}"; providers: ${PROVIDERS.join(", ")}`);
    if (key === "") throw new RangeError(`--keys has no key for ${provider}`);
    keys[provider] = key;
  }
  return keys;
}
