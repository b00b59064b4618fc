/** One item of a payment file as a test writes it. */
export interface TestItem {
  readonly id: string;
  readonly amount: string;
  readonly account: string;
  readonly currency?: string;
  readonly name?: string;
}

export interface TestFile {
  readonly msgId: string;
  readonly items: readonly TestItem[];
  readonly date: string;
  readonly own?: string;
  readonly batch?: boolean;
  readonly count?: string;
  readonly controlSum?: string;
  readonly version?: string;
}

/** A pain.001 with one payment information; up to version 03 the date stands without Dt. */
export function pain001(file: TestFile): string {
  const version = file.version ?? "09";
  const date = version === "03" ? file.date : `<Dt>${file.date}</Dt>`;
  const items = file.items.map((item) => `<CdtTrfTxInf><PmtId><InstrId>I-${item.id}</InstrId><EndToEndId>${item.id}</EndToEndId></PmtId><Amt><InstdAmt Ccy="${item.currency ?? "INR"}">${item.amount}</InstdAmt></Amt><Cdtr><Nm>${item.name ?? "Asha Rao"}</Nm></Cdtr><CdtrAcct><Id><Othr><Id>${item.account}</Id></Othr></Id></CdtrAcct><RmtInf><Ustrd>Loan ${item.id}</Ustrd></RmtInf></CdtTrfTxInf>`).join("");
  return document(`pain.001.001.${version}`, `<CstmrCdtTrfInitn>${header(file)}<PmtInf><PmtInfId>P-${file.msgId}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>${file.batch === true}</BtchBookg><ReqdExctnDt>${date}</ReqdExctnDt><Dbtr><Nm>Lender</Nm></Dbtr>${own("Dbtr", file)}${items}</PmtInf></CstmrCdtTrfInitn>`);
}

/** A pain.008 with one payment information. */
export function pain008(file: TestFile): string {
  const items = file.items.map((item) => `<DrctDbtTxInf><PmtId><EndToEndId>${item.id}</EndToEndId></PmtId><InstdAmt Ccy="${item.currency ?? "INR"}">${item.amount}</InstdAmt><DrctDbtTx><MndtRltdInf><MndtId>M-${item.id}</MndtId></MndtRltdInf></DrctDbtTx><DbtrAgt><FinInstnId/></DbtrAgt><Dbtr><Nm>${item.name ?? "Asha Rao"}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>${item.account}</Id></Othr></Id></DbtrAcct></DrctDbtTxInf>`).join("");
  return document("pain.008.001.08", `<CstmrDrctDbtInitn>${header(file)}<PmtInf><PmtInfId>P-${file.msgId}</PmtInfId><PmtMtd>DD</PmtMtd><BtchBookg>${file.batch === true}</BtchBookg><ReqdColltnDt>${file.date}</ReqdColltnDt><Cdtr><Nm>Lender</Nm></Cdtr>${own("Cdtr", file)}${items}</PmtInf></CstmrDrctDbtInitn>`);
}

const document = (name: string, body: string): string => `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:${name}">${body}</Document>`;

const header = (file: TestFile): string =>
  `<GrpHdr><MsgId>${file.msgId}</MsgId><CreDtTm>2026-01-15T10:00:00Z</CreDtTm><NbOfTxs>${file.count ?? file.items.length}</NbOfTxs>${file.controlSum === undefined ? "" : `<CtrlSum>${file.controlSum}</CtrlSum>`}<InitgPty><Nm>Lender</Nm></InitgPty></GrpHdr>`;

const own = (role: string, file: TestFile): string =>
  `<${role}Acct><Id><Othr><Id>${file.own ?? "100200300400"}</Id></Othr></Id></${role}Acct><${role}Agt><FinInstnId><ClrSysMmbId><MmbId>SAND0000001</MmbId></ClrSysMmbId></FinInstnId></${role}Agt>`;
