/** The part of oidc-provider that the tests use; the package has no types of its own. */
declare module "oidc-provider" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  export default class Provider {
    constructor(issuer: string, configuration: {
      clients: readonly object[]; claims: object; conformIdTokenClaims: boolean; features: object; cookies: { keys: string[] };
      findAccount(ctx: unknown, id: string): Promise<{ accountId: string; claims(): Promise<{ sub: string; email: string; email_verified: boolean }> }>;
      interactions: { url(ctx: unknown, interaction: { uid: string }): string };
    });
    callback(): RequestListener;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<unknown>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
    Grant: { new (of: { accountId: string; clientId: string }): Grant; find(id: string): Promise<Grant | undefined> };
  }
}
