import { useTranslation } from "react-i18next";
import { CommandForm, shiftPercent, type FormValues } from "../../../ui/form.tsx";
import { useSession } from "../../session.tsx";

/** A share of loans that are named, or of all that a filter finds today. */
export function ShareForm({ partnerId, onDone, onCancel }: { partnerId: string; onDone: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  return (
    <CommandForm path={`/partners/${partnerId}/participations`} submit="Propose" onDone={onDone} onCancel={onCancel} body={bodyOf}
      note={<p className="muted">{t("From the first day on the partner owns its share of the principal, of what comes in and of losses. It owes the principal of that day.")}</p>}
      fields={[
        { name: "name", label: "Name", required: true }, { name: "share", label: "Share", kind: "percent", required: true }, { name: "currency", label: "Currency", required: true, initial: lender.currency }, { name: "fromDate", label: "From", kind: "date", required: true, initial: lender.businessDate, max: lender.businessDate },
        { name: "feeBasis", label: "Servicing fee", kind: "choice", initial: "none", options: [{ value: "none", label: "None" }, { value: "interest", label: "A share of the interest passed on" }, { value: "balance", label: "A yearly rate on the principal owned" }] },
        { name: "feeRate", label: "Fee rate", kind: "percent" }, { name: "charges", label: "Fees and penalties", kind: "choice", initial: "kept", options: [{ value: "kept", label: "Stay with the lender" }, { value: "shared", label: "Are shared, less tax" }] },
        { name: "loans", label: "Loan numbers", kind: "area", description: "With blanks or commas between them; left empty, all open loans that the next fields find" },
        { name: "productCode", label: "Product code", pointer: "/pool/productCode" }, { name: "disbursedFrom", label: "Paid out from", kind: "date", pointer: "/pool/disbursedFrom" }, { name: "disbursedTo", label: "Paid out to", kind: "date", pointer: "/pool/disbursedTo" },
        { name: "currentOnly", label: "Only loans that owe nothing past due", kind: "check", pointer: "/pool/currentOnly" },
      ]} />
  );
}

function bodyOf(v: FormValues): unknown {
  const given = (name: string) => (v[name] ?? "") !== "";
  const loans = (v["loans"] ?? "").split(/[\s,;]+/).filter((n) => n !== "");
  const pool = { ...Object.fromEntries(["productCode", "disbursedFrom", "disbursedTo"].filter(given).map((name) => [name, v[name]])), ...(v["currentOnly"] === "true" ? { currentOnly: true } : {}) };
  return {
    name: v["name"], currency: v["currency"], share: shiftPercent(v["share"] ?? ""), fromDate: v["fromDate"], feeBasis: v["feeBasis"], charges: v["charges"],
    ...(given("feeRate") ? { feeRate: shiftPercent(v["feeRate"] ?? "") } : {}), ...(loans.length > 0 ? { loans } : { pool }),
  };
}
