import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { BranchItem } from "#modules/identity/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { Can } from "../../session.tsx";

const COLUMNS: readonly Column<Static<typeof BranchItem>>[] = [{ key: "name", label: "Name", sort: true, filter: true }, { key: "code", label: "Code", sort: true, filter: true }, { key: "region", label: "Region", sort: true, filter: true }];

/** Branches: where people work, and how far a branch's roles reach. */
export function Branches() {
  const { t } = useTranslation();
  const [opening, setOpening] = useState(false);
  return (
    <div className="stack">
      <Can permission="identity.user.manage"><div><Button size="sm" onClick={() => setOpening(true)}>{t("New branch")}</Button></div></Can>
      <DataTable path="/branches" list="identity.branches" caption="Branches" columns={COLUMNS} rowKey={(r) => r.id} searchLabel="Name or code" />
      <Dialog title={t("New branch")} open={opening} onClose={() => setOpening(false)}>
        <CommandForm path="/branches" submit="Open the branch" fields={[{ name: "name", label: "Name", required: true }, { name: "code", label: "Code", description: "Two to ten capital letters or digits", required: true }, { name: "region", label: "Region", required: true }]} onDone={() => setOpening(false)} />
      </Dialog>
    </div>
  );
}
