import { Button, Checkbox, PasswordInput, NativeSelect, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { BranchItem, UserItem } from "#modules/identity/contract.ts";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { humanise } from "../../../ui/format.ts";
import { Page } from "../../../ui/layout.tsx";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column, type PageOf } from "../../kit/data-table.tsx";
import { Can, useSession } from "../../session.tsx";

type User = Static<typeof UserItem>;

const ROLES = ["sales_agent", "loan_officer", "underwriter", "credit_manager", "operations_officer", "funding_officer", "servicing_agent", "collections_agent", "finance_officer", "compliance_officer", "auditor", "product_manager", "administrator"];

/** Who works here, in which roles, up to which amounts: P4. Toxic pairs of roles are refused by the server, with the fraud they allow. */
export function Users() {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<User | "new" | null>(null);
  const { may } = useSession();
  const columns: readonly Column<User>[] = [
    { key: "name", label: "Name", sort: true, filter: true }, { key: "email", label: "E-mail", sort: true, filter: true }, { key: "roles", label: "Roles", filter: true, cell: (r) => r.roles.split(", ").map((role) => t(humanise(role))).join(", ") },
    { key: "branchId", label: "Branch", filter: true, kind: "id" }, { key: "status", label: "Status", kind: "status", filter: true, sort: true, options: ["active", "disabled"] }, { key: "secondFactor", label: "Authenticator", kind: "boolean", filter: true }, { key: "createdAt", label: "Since", kind: "instant", sort: true, hidden: true },
    ...(may("identity.user.manage") ? [{ key: "edit", label: "Change", cell: (r: User) => <Button size="compact-sm" variant="default" onClick={() => setEditing(r)}>{t("Change")}</Button> }] : []),
  ];
  return (
    <Page title={t("Users")} actions={<Can permission="identity.user.manage"><Button size="sm" onClick={() => setEditing("new")}>{t("New user")}</Button></Can>}>
      <DataTable path="/users" list="identity.users" caption="Users" columns={columns} rowKey={(r) => r.id} searchLabel="Name or e-mail" />
      <Dialog title={editing === "new" ? t("New user") : t("Change")} open={editing !== null} onClose={() => setEditing(null)}>{editing !== null && <UserForm user={editing === "new" ? null : editing} onDone={() => setEditing(null)} />}</Dialog>
    </Page>
  );
}

function UserForm({ user, onDone }: { user: User | null; onDone: () => void }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const branches = useGet<PageOf<Static<typeof BranchItem>>>("/branches", { limit: 200 });
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<readonly string[]>(user?.roles.split(", ") ?? []);
  const [branchId, setBranchId] = useState(user?.branchId ?? "");
  const [status, setStatus] = useState(user?.status ?? "active");
  const [limit, setLimit] = useState("");
  const make = useCommand<unknown>("/users", { onDone });
  const change = useCommand<unknown>(`/users/${user?.id ?? ""}`, { method: "PATCH", onDone });
  const problem = make.problem ?? change.problem;
  const act = (event: FormEvent) => {
    event.preventDefault();
    const limits = limit === "" ? {} : { amountLimits: [{ amount: limit, currency: lender.currency }] };
    if (user === null) void make.run({ email, name, roles, ...(branchId === "" ? {} : { branchId }), ...(password === "" ? {} : { password }), ...limits });
    else void change.run({ roles, status, branchId: branchId === "" ? null : branchId, ...limits }, { ifMatch: `"${user.version}"` });
  };
  return (
    <form className="stack" onSubmit={act}>
      <ProblemNotice problem={problem} />
      {user === null ? <>
        <TextInput label={t("Name")} required value={name} onChange={(e) => setName(e.currentTarget.value)} error={fieldError(problem, "/name")} />
        <TextInput label={t("E-mail")} type="email" required value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={fieldError(problem, "/email")} />
        <PasswordInput label={t("First password")} description={t("At least 15 characters, no common words.")} value={password} autoComplete="new-password" onChange={(e) => setPassword(e.currentTarget.value)} error={fieldError(problem, "/password")} visibilityToggleButtonProps={{ "aria-label": t("Show the password") }} />
      </> : <p><strong>{user.name}</strong> <span className="muted">{user.email}</span></p>}
      <fieldset className="stack" style={{ border: 0, padding: 0, margin: 0, gap: 6 }}>
        <legend style={{ padding: 0, fontWeight: 550 }}>{t("Roles")}</legend>
        {ROLES.map((role) => <Checkbox key={role} size="xs" label={t(humanise(role))} checked={roles.includes(role)} onChange={(e) => setRoles(e.currentTarget.checked ? [...roles, role] : roles.filter((r) => r !== role))} />)}
      </fieldset>
      <NativeSelect label={t("Branch")} value={branchId} data={[{ value: "", label: t("None") }, ...(branches.data?.items ?? []).map((b) => ({ value: b.id, label: b.name }))]} onChange={(e) => setBranchId(e.currentTarget.value)} />
      <MoneyInput label={t("Largest amount this person may decide or move")} description={user === null ? undefined : t("Leave empty to keep it as it is.")} currency={lender.currency} value={limit} onChange={setLimit} />
      {user !== null && <NativeSelect label={t("Status")} value={status} data={[{ value: "active", label: t("Active") }, { value: "disabled", label: t("Disabled") }]} onChange={(e) => setStatus(e.currentTarget.value)} />}
      {user !== null && <p className="muted">{t("Every open session of this person ends at once.")}</p>}
      <Button type="submit" disabled={roles.length === 0} loading={make.pending || change.pending}>{user === null ? t("Make the user") : t("Save")}</Button>
    </form>
  );
}
