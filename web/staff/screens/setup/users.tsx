import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { UserItem } from "#modules/identity/contract.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { humanise } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { ApiClients } from "./api-clients.tsx";
import { Branches } from "./branches.tsx";
import { UserForm } from "./user-form.tsx";

export type User = Static<typeof UserItem>;

/** Who works here and what calls in: people, programs, branches: P4. */
export function Users() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchState<{ tab?: string }>();
  const tab = search.tab ?? "people";
  const [making, setMaking] = useState(false);
  return (
    <Page title={t("Users")} note={t("Two roles that together would allow a fraud are refused, and the sentence says which.")} actions={tab === "people" && <Can permission="identity.user.manage"><Button size="sm" onClick={() => setMaking(true)}>{t("New user")}</Button></Can>}>
      <Tabs current={tab} tabs={[["people", "People"], ...(may("identity.client.manage") ? [["clients", "API clients"] as const] : []), ["branches", "Branches"]]} />
      {tab === "people" && <People making={making} onMade={() => setMaking(false)} />}
      {tab === "clients" && <ApiClients />}
      {tab === "branches" && <Branches />}
    </Page>
  );
}

function People({ making, onMade }: { making: boolean; onMade: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [editing, setEditing] = useState<User | null>(null);
  const columns: readonly Column<User>[] = [
    { key: "name", label: "Name", sort: true, filter: true }, { key: "email", label: "E-mail", sort: true, filter: true }, { key: "roles", label: "Roles", filter: true, cell: (r) => <div style={{ minWidth: 130 }}>{r.roles.split(", ").map((role) => t(humanise(role))).join(", ")}</div> },
    { key: "branchId", label: "Branch", filter: true, names: "branch" }, { key: "amountLimit", label: "Limit", kind: "money", sort: true }, { key: "status", label: "Status", kind: "status", filter: true, sort: true, options: ["active", "disabled"] },
    { key: "secondFactor", label: "Authenticator", kind: "boolean", filter: true }, { key: "createdAt", label: "Since", kind: "instant", sort: true, hidden: true },
    ...(may("identity.user.manage") ? [{ key: "edit", label: "Change", cell: (r: User) => <Button size="compact-sm" variant="default" onClick={() => setEditing(r)}>{t("Change")}</Button> }] : []),
  ];
  return (
    <>
      <DataTable path="/users" list="identity.users" caption="Users" columns={columns} rowKey={(r) => r.id} searchLabel="Name or e-mail" />
      <Dialog title={t("New user")} open={making} onClose={onMade}>{making && <UserForm user={null} onDone={onMade} />}</Dialog>
      <Dialog title={editing?.name ?? t("Change")} open={editing !== null} onClose={() => setEditing(null)}>{editing !== null && <UserForm user={editing} onDone={() => setEditing(null)} />}</Dialog>
    </>
  );
}
