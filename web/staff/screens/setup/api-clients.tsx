import { Button, Checkbox, CopyButton, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { ClientItem } from "#modules/identity/contract.ts";
import { useCommand } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { humanise } from "../../../ui/format.ts";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { DataTable, type Column } from "../../kit/data-table.tsx";
import { ROLES } from "./user-form.tsx";

type Client = Static<typeof ClientItem>;
interface Made { readonly clientId: string; readonly clientSecret: string }

/** Programs that call in by OAuth client credentials. A secret is shown once, when it is made. */
export function ApiClients() {
  const { t } = useTranslation();
  const [making, setMaking] = useState(false);
  const [stopping, setStopping] = useState<Client | null>(null);
  const columns: readonly Column<Client>[] = [
    { key: "name", label: "Name", sort: true, filter: true }, { key: "id", label: "Client id", kind: "id" }, { key: "roles", label: "Roles", filter: true, cell: (r) => r.roles.split(", ").map((role) => t(humanise(role))).join(", ") },
    { key: "status", label: "Status", kind: "status", sort: true, filter: true, options: ["active", "disabled"] }, { key: "createdAt", label: "Since", kind: "instant", sort: true },
    { key: "stop", label: "Stop", cell: (r) => (r.status === "active" ? <Button size="compact-sm" variant="default" onClick={() => setStopping(r)}>{t("Stop…")}</Button> : "") },
  ];
  return (
    <div className="stack">
      <div><Button size="sm" onClick={() => setMaking(true)}>{t("New API client")}</Button></div>
      <DataTable path="/api-clients" list="identity.api_clients" caption="API clients" columns={columns} rowKey={(r) => r.id} searchLabel="Name or id" empty={t("No program calls in yet.")} />
      <Dialog title={t("New API client")} open={making} onClose={() => setMaking(false)}>{making && <NewClient onClose={() => setMaking(false)} />}</Dialog>
      <Dialog title={t("Stop {{name}}", { name: stopping?.name })} open={stopping !== null} onClose={() => setStopping(null)}>
        {stopping !== null && <CommandForm path={`/api-clients/${stopping.id}/disable`} submit="Stop it now" tone="bad" note={<p>{t("Its tokens end at once. It cannot be started again; make a new one instead.")}</p>} fields={[{ name: "reason", label: "Reason", required: true }]} onDone={() => setStopping(null)} />}
      </Dialog>
    </div>
  );
}

function NewClient({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly string[]>([]);
  const make = useCommand<unknown, Made>("/api-clients");
  const act = (event: FormEvent) => {
    event.preventDefault();
    void make.run({ name, roles });
  };
  if (make.result !== undefined) return (
    <div className="stack">
      <div className="notice warn" role="status"><strong>{t("The secret is shown this once")}</strong><p>{t("Keep it where the program can read it; nobody can look it up again.")}</p></div>
      <Secret label={t("Client id")} value={make.result.clientId} /><Secret label={t("Client secret")} value={make.result.clientSecret} />
      <div><Button size="sm" onClick={onClose}>{t("I have kept it")}</Button></div>
    </div>
  );
  return (
    <form className="stack" onSubmit={act}>
      <ProblemNotice problem={make.problem} />
      <TextInput id="f-name" label={t("Name")} required maxLength={120} value={name} onChange={(e) => setName(e.currentTarget.value)} error={fieldError(make.problem, "/name")} />
      <fieldset className="stack" id="f-roles" tabIndex={-1} style={{ border: 0, padding: 0, margin: 0, gap: 6 }}>
        <legend style={{ padding: 0, fontWeight: 550 }}>{t("Roles")}</legend>
        {fieldError(make.problem, "/roles") !== undefined && <p className="neg">{t(fieldError(make.problem, "/roles") ?? "")}</p>}
        <div className="role-grid">{ROLES.map((role) => <Checkbox key={role} size="xs" label={t(humanise(role))} checked={roles.includes(role)} onChange={(e) => setRoles(e.currentTarget.checked ? [...roles, role] : roles.filter((r) => r !== role))} />)}</div>
      </fieldset>
      <Button type="submit" disabled={roles.length === 0} loading={make.pending}>{t("Make the client")}</Button>
    </form>
  );
}

/** Something to keep: readable in full, copied with one press. */
export function Secret({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  return (
    <div className="row" style={{ alignItems: "flex-end" }}>
      <TextInput label={label} value={value} readOnly style={{ flex: 1 }} styles={{ input: { fontFamily: "monospace" } }} onFocus={(e) => e.currentTarget.select()} />
      <CopyButton value={value.replaceAll(" ", "")}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? t("Copied") : t("Copy")}</Button>}</CopyButton>
    </div>
  );
}
