import { DEMO_STAFF } from "#app/seed.ts";
import { PERMISSIONS, type Permission, type Role, type Scope } from "#kernel/permissions.ts";
import { sampleOf, type Schema } from "./sample-body.ts";

/** One operation of the API document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly permission?: Permission;
  /** Open to visitors. */
  readonly open: boolean;
  /** The smallest JSON body it takes; undefined when it takes none, or something else than JSON. */
  readonly body?: unknown;
  /** Session of somebody on the staff who may see the whole lender's objects by this operation. */
  reader(staffToken: (login: string) => string): string | undefined;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { "x-permission"?: Permission; security?: unknown[]; requestBody?: { content?: Record<string, { schema?: Schema }> } }>>>>;
}

/** How far a role reaches by this operation; undefined: not at all. */
export function scopeOf({ permission }: Operation, role: Role): Scope | undefined {
  const table: Partial<Record<Role, Scope>> = permission === undefined ? {} : PERMISSIONS[permission];
  return table[role];
}

/** Reads every operation out of the API document. */
export async function readOperations(url: string): Promise<Operation[]> {
  const document = await (await fetch(`${url}/openapi.json`)).json() as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => {
    const permission = operation["x-permission"];
    return {
      method: method.toUpperCase(), path, permission, open: Array.isArray(operation.security) && operation.security.length === 0,
      body: sampleOf(operation.requestBody?.content?.["application/json"]?.schema, document),
      reader: (staffToken) => {
        const table: Partial<Record<Role, string>> = permission === undefined ? {} : PERMISSIONS[permission];
        const holder = DEMO_STAFF.find((user) => user.roles.some((role) => table[role] === "tenant")) ?? DEMO_STAFF.find((user) => user.roles.some((role) => role in table));
        return holder === undefined ? undefined : staffToken(holder.login);
      },
    };
  }));
}
