/** What a caller of the admin API may do. */

/** From the least to the most: `viewer` reads, `operator` changes what is on its way, `admin` changes the gateway itself. Each may do what those before it may. */
export const ROLES: readonly ['viewer', 'operator', 'admin'] = ['viewer', 'operator', 'admin'];

export type Role = (typeof ROLES)[number];

/** The least role that may call a route: the one that its row says, else `viewer` to read and `operator` to change. */
export function neededRole({ method, role }: { readonly method: string; readonly role?: Role }): Role {
  return role ?? (method === 'GET' ? 'viewer' : 'operator');
}

/** Whether who has one role may do what needs the other. */
export function hasRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
