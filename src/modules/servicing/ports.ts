/** What servicing needs from the outside world: a way to reach borrowers. */
export interface Messages {
  send(message: {
    /** Unique; a repeat is delivered once. */
    readonly reference: string;
    readonly channel: "sms" | "email";
    readonly to: string;
    readonly subject: string;
    readonly body: string;
    /** Business date it is sent on. */
    readonly sentOn?: string;
  }): Promise<{ readonly kind: "sent" | "bounced" | "outage" | "doubt" }>;
}
