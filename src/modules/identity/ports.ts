/** What identity needs from the outside world: a way to reach people. */
export interface MessageSender {
  send(message: {
    readonly tenantId: string;
    /** Unique; a repeat is sent once. */
    readonly reference: string;
    readonly channel: "sms" | "email";
    readonly to: string;
    readonly subject: string;
    readonly body: string;
  }): Promise<{ readonly kind: "sent" | "outage" | "doubt" }>;
}
