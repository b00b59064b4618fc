/**
 * Text as files of fixed columns take it: accents dropped, capitals, one line, only letters, digits and common signs, cut to a width.
 * What has no plain letter is left out, so that no column shifts.
 * @example  plainText("Ünal-Çelik & Söhne", 12) is "UNAL-CELIK &"
 */
export function plainText(text: string | null | undefined, length: number): string {
  return (text ?? "").normalize("NFKD").replace(/[^\x20-\x7e]+/g, "").replace(/[|"<>\\]/g, " ").replace(/\s+/g, " ").trim().toUpperCase().slice(0, length).trim();
}
