import type { FastifyInstance } from "fastify";
import { html, type Html, page, PAGE_HEADERS } from "../html.ts";
import { Refusal } from "../refusal.ts";
import { codeIn, type Message, type Messages } from "./provider.ts";

const SHOWN = 50;
/** Types a browser may show by itself; everything else is only saved. */
const SHOWABLE: ReadonlySet<string> = new Set(["application/pdf", "image/png", "image/jpeg", "text/plain"]);

/** The inbox of everybody: a page for a person who plays a borrower. */
export function inboxRoutes(app: FastifyInstance, messages: Messages): void {
  app.get<{ Querystring: { to?: string } }>("/inbox", (request, reply) =>
    reply.headers(PAGE_HEADERS).type("text/html; charset=utf-8").send(inboxPage(messages, (request.query.to ?? "").trim())));
  app.get<{ Params: { id: string; index: string } }>("/inbox/:id/:index", (request, reply) => {
    const attachment = messages.all.find((each) => each.id === request.params.id)?.request.attachments?.[Number(request.params.index)];
    if (attachment === undefined) throw new Refusal(404, "messages.attachment_unknown", "There is no such attachment.");
    const show = SHOWABLE.has(attachment.contentType.split(";")[0] ?? "");
    const name = attachment.name.replaceAll(/[^\w.() -]/g, "_");
    return reply.headers({ ...PAGE_HEADERS, "content-security-policy": "sandbox; default-src 'none'", "content-disposition": `${show ? "inline" : "attachment"}; filename="${name}"` })
      .type(show ? attachment.contentType : "application/octet-stream").send(Buffer.from(attachment.base64, "base64"));
  });
}

function inboxPage(messages: Messages, to: string): string {
  const found = to === "" ? messages.all : messages.to(to);
  const newest = found.slice(-SHOWN).reverse();
  return page("Inbox", html`<h1>Inbox</h1>
<form class="row" method="get" action="/inbox"><label for="to">Phone, e-mail or postal address</label><input id="to" name="to" value="${to}" autocomplete="off"><button class="main">Search</button></form>
<p class="muted" role="status">${found.length} ${found.length === 1 ? "message" : "messages"}${to === "" ? "" : ` to ${to}`}${found.length > SHOWN ? `, the newest ${SHOWN}` : ""}. <a href="/inbox${to === "" ? "" : `?to=${encodeURIComponent(to)}`}">Refresh</a></p>
${newest.map(messageCard)}`);
}

function messageCard(message: Message): Html {
  const { request } = message;
  const code = codeIn(request);
  return html`<article class="card"><p class="muted">${request.channel} to <a href="/inbox?to=${encodeURIComponent(request.to)}">${request.to}</a>${request.sentOn === undefined ? "" : ` · ${request.sentOn}`} · ${message.status}${message.reason === null ? "" : `: ${message.reason}`}</p>
${request.subject === undefined ? "" : html`<h2>${request.subject}</h2>`}${code === null ? "" : html`<p class="code" aria-label="One-time code">${code}</p>`}
<pre>${request.body}</pre>${(request.attachments ?? []).map((each, index) => html`<p><a href="/inbox/${message.id}/${index}">${each.name}</a> <span class="muted">${each.contentType}</span></p>`)}</article>`;
}
