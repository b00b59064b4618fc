import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { humanise } from "../../../ui/format.ts";

/** Which of the lender's books one looks at; nothing to choose while there is one. */
export function BookPick({ books, value, onChange }: { books: readonly string[]; value: string; onChange: (book: string | undefined) => void }) {
  const { t } = useTranslation();
  if (books.length < 2) return null;
  return <NativeSelect size="sm" aria-label={t("Book")} value={value} data={books.map((b) => ({ value: b, label: t(humanise(b)) }))} onChange={(e) => onChange(e.currentTarget.value)} />;
}
