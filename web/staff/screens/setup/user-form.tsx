import { Button, Checkbox, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand, useGet } from "../../../api/hooks.ts";
import { CommandForm } from "../../../ui/form.tsx";
import { formatMoney, humanise } from "../../../ui/format.ts";
import { MoneyInput } from "../../../ui/money-input.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { Conflict, type Difference } from "../../kit/conflict.tsx";
import type { PageOf } from "../../kit/data-table.tsx";
import { useDirectory } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import "../desk.css";
import type { User } from "./users.tsx";

export const ROLES = ["sales_agent", "loan_officer", "underwriter", "credit_manager", "operations_officer", "funding_officer", "servicing_agent", "collections_agent", "finance_officer", "compliance_officer", "auditor", "product_manager", "administrator"];

interface Wanted { readonly roles: readonly string[]; readonly branchId: string; readonly status: string; readonly limit: string }
const storedOf = (user: User | null): Wanted => ({ roles: user?.roles.split(", ") ?? [], branchId: user?.branchId ?? "", status: user?.status ?? "active", limit: user?.amountLimit?.amount ?? "" });

/** A member of staff, new or changed. Two who change the same one at once see both versions. */
export function UserForm({ user, onDone }: { user: User | null; onDone: () => void }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const { branches } = useDirectory();
  const [person, setPerson] = useState({ name: "", email: "", password: "" });
  const [wanted, setWanted] = useState(() => storedOf(user));
  const make = useCommand<unknown>("/users", { onDone });
  const change = useCommand<unknown>(`/users/${user?.id ?? ""}`, { method: "PATCH", onDone });
  const conflict = change.problem?.code === "version.conflict";
  const problem = make.problem ?? (conflict ? null : change.problem);
  const limits = wanted.limit === "" ? {} : { amountLimits: [{ amount: wanted.limit, currency: lender.currency }] };
  const store = (version: number) => void change.run({ roles: wanted.roles, status: wanted.status, branchId: wanted.branchId === "" ? null : wanted.branchId, ...limits }, { ifMatch: `"${version}"` });
  const act = (event: FormEvent) => {
    event.preventDefault();
    if (user !== null) return store(user.version);
    void make.run({ name: person.name, email: person.email, roles: wanted.roles, ...(wanted.branchId === "" ? {} : { branchId: wanted.branchId }), ...(person.password === "" ? {} : { password: person.password }), ...limits });
  };
  const set = (next: Partial<Wanted>) => setWanted({ ...wanted, ...next });
  return (
    <div className="stack">
      {conflict && user !== null && <UserConflict userId={user.id} wanted={wanted} pending={change.pending} onMine={store} onTheirs={(theirs) => {
        setWanted(theirs);
        change.reset();
        onDone();
      }} />}
      <form className="stack" onSubmit={act}>
        <ProblemNotice problem={problem} />
        {user === null ? <>
          <TextInput id="f-name" label={t("Name")} required value={person.name} onChange={(e) => setPerson({ ...person, name: e.currentTarget.value })} error={fieldError(problem, "/name")} />
          <TextInput id="f-email" label={t("E-mail")} type="email" required value={person.email} onChange={(e) => setPerson({ ...person, email: e.currentTarget.value })} error={fieldError(problem, "/email")} />
          <PasswordInput id="f-password" label={t("First password")} description={t("At least 15 characters, no common words.")} value={person.password} autoComplete="new-password" onChange={(e) => setPerson({ ...person, password: e.currentTarget.value })} error={fieldError(problem, "/password")} visibilityToggleButtonProps={{ "aria-label": t("Show the password") }} />
        </> : <p className="muted">{user.email}</p>}
        <fieldset className="stack" id="f-roles" tabIndex={-1} style={{ border: 0, padding: 0, margin: 0, gap: 6 }} aria-describedby={fieldError(problem, "/roles") === undefined ? undefined : "f-roles-error"}>
          <legend style={{ padding: 0, fontWeight: 550 }}>{t("Roles")}</legend>
          {fieldError(problem, "/roles") !== undefined && <p id="f-roles-error" className="neg">{t(fieldError(problem, "/roles") ?? "")}</p>}
          <div className="role-grid">{ROLES.map((role) => <Checkbox key={role} size="xs" label={t(humanise(role))} checked={wanted.roles.includes(role)} onChange={(e) => set({ roles: e.currentTarget.checked ? [...wanted.roles, role] : wanted.roles.filter((r) => r !== role) })} />)}</div>
        </fieldset>
        <NativeSelect label={t("Branch")} value={wanted.branchId} data={[{ value: "", label: t("None") }, ...branches.map((b) => ({ value: b.id, label: b.name }))]} onChange={(e) => set({ branchId: e.currentTarget.value })} />
        <MoneyInput label={t("Largest amount this person may decide or move")} description={t("Leave empty to keep it as it is.")} currency={lender.currency} value={wanted.limit} onChange={(limit) => set({ limit })} />
        {user !== null && <NativeSelect label={t("Status")} value={wanted.status} data={[{ value: "active", label: t("Active") }, { value: "disabled", label: t("Disabled") }]} onChange={(e) => set({ status: e.currentTarget.value })} />}
        {user !== null && <p className="muted">{t("Every open session of this person ends at once.")}</p>}
        <Button type="submit" disabled={wanted.roles.length === 0} loading={make.pending || change.pending}>{user === null ? t("Make the user") : t("Save")}</Button>
      </form>
      {user?.secondFactor === true && <details><summary>{t("The authenticator is lost…")}</summary><CommandForm path={`/users/${user.id}/authenticator-removals`} submit="Take it away" tone="bad" fields={[{ name: "reason", label: "Reason", required: true }]} onDone={onDone} /></details>}
    </div>
  );
}

function UserConflict({ userId, wanted, onTheirs, onMine, pending }: { userId: string; wanted: Wanted; onTheirs: (stored: Wanted) => void; onMine: (version: number) => void; pending: boolean }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const { nameOf } = useDirectory();
  const query = useGet<PageOf<User>>("/users", { filter: [`id:eq:${userId}`] });
  const user = query.data?.items[0];
  if (user === undefined) return null;
  const stored = storedOf(user);
  const roles = (list: readonly string[]) => list.map((r) => t(humanise(r))).join(", ");
  const money = (amount: string) => (amount === "" ? "–" : formatMoney({ amount, currency: lender.currency }));
  const all: readonly Difference[] = [
    { label: "Roles", yours: roles(wanted.roles), theirs: roles(stored.roles) }, { label: "Branch", yours: nameOf(wanted.branchId) ?? t("None"), theirs: nameOf(stored.branchId) ?? t("None") },
    { label: "Limit", yours: money(wanted.limit), theirs: money(stored.limit) }, { label: "Status", yours: t(humanise(wanted.status)), theirs: t(humanise(stored.status)) },
  ];
  return <Conflict rows={all.filter((d) => d.yours !== d.theirs)} pending={pending} onTheirs={() => onTheirs(stored)} onMine={() => onMine(user.version)} />;
}
