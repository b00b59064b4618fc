import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../../../api/hooks.ts";
import { Grid, Section } from "../../../ui/layout.tsx";
import { Loaded } from "../../../ui/loaded.tsx";
import { MoneyText, StatusTag } from "../../../ui/values.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import type { LoanItem } from "../servicing/types.ts";

/** Finds a loan by name, number or id. */
export function LoanPick({ chosen, onPick }: { chosen: boolean; onPick: (id: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const word = text.trim();
  const query = useGet<PageOf<LoanItem>>(word.length < 2 ? null : "/loan-accounts", { q: word, limit: 8 }, { keep: true });
  return (
    <Section title={t(chosen ? "Another loan" : "Which loan")}>
      <TextInput type="search" aria-label={t("Name, number, phone, id, amount + date")} placeholder={t("Name, number, phone, id, amount + date")} value={text} onChange={(e) => setText(e.currentTarget.value)} />
      {word.length >= 2 && (
        <Loaded query={query} isEmpty={(p) => p.items.length === 0} empty={t("Nothing found.")}>
          {(page) => <Grid label="Loans" rows={page.items} rowKey={(l) => l.id} columns={[
            { header: "Number", cell: (l) => <span className="mono">{l.number}</span> }, { header: "Borrower", cell: (l) => l.borrowerName }, { header: "Status", cell: (l) => <StatusTag value={l.status} /> }, { header: "Principal left", align: "end", cell: (l) => <MoneyText value={l.principalOutstanding} /> },
            { header: "Act", pin: true, cell: (l) => <Button size="compact-sm" variant="default" aria-label={`${t("Look at this loan")} ${l.number}`} onClick={() => {
              setText("");
              onPick(l.id);
            }}>{t("Look at this loan")}</Button> },
          ]} />}
        </Loaded>
      )}
    </Section>
  );
}
