import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { Directory } from "#modules/identity/contract.ts";
import { useGet } from "../../api/hooks.ts";
import { humanise } from "../../ui/format.ts";

export type NameKind = "person" | "branch";

/** Names of staff, API clients and branches by their ids; one answer for the whole console, read again every ten minutes. */
export function useDirectory(): { readonly nameOf: (id: string) => string | undefined; readonly branches: readonly { id: string; name: string }[]; readonly people: readonly { id: string; name: string }[] } {
  const { data } = useGet<Static<typeof Directory>>("/directory", {}, { everyMs: 600_000, keep: true });
  const branches = data?.branches ?? [];
  const people = data?.people ?? [];
  return { branches, people, nameOf: (id) => people.find((p) => p.id === id)?.name ?? branches.find((b) => b.id === id)?.name };
}

/** Whoever acted, or a branch, by name; the id stays as a tooltip. A job is called by what it does. */
export function NameText({ id }: { id: string | null | undefined }) {
  const { t } = useTranslation();
  const { nameOf } = useDirectory();
  if (id === null || id === undefined || id === "") return <span className="muted">–</span>;
  // Jobs are called by what they do: job:servicing.apply_receipt is "Apply receipt".
  if (id.startsWith("job:")) return <span title={id}>{t(humanise(id.slice(id.lastIndexOf(".") + 1).replace(/^job:/, "")))}</span>;
  if (id.startsWith("pty_")) return <span title={id}>{t("Borrower")}</span>;
  if (id === "anonymous") return <span>{t("Visitor")}</span>;
  if (id.startsWith("usr_demo_")) return <span title={id}>{t(humanise(id.slice("usr_demo_".length)))}</span>;
  const name = nameOf(id);
  return name === undefined ? <span className="mono" title={id}>{id}</span> : <span title={id} style={{ whiteSpace: "nowrap" }}>{name}</span>;
}
