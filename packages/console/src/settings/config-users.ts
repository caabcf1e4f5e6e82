/** The users of a configuration, as far as it says. */
export interface ConfigUser {
  readonly name: string;
  readonly role: string;
}

export function usersOf(config: unknown): readonly ConfigUser[] {
  const { admin }: { readonly admin?: unknown } = Object(config);
  const { users }: { readonly users?: unknown } = Object(admin);
  if (!Array.isArray(users)) return [];
  return users.flatMap((user: unknown): readonly ConfigUser[] => {
    const { name, role }: { readonly name?: unknown; readonly role?: unknown } = Object(user);
    return typeof name === 'string' && typeof role === 'string' ? [{ name, role }] : [];
  });
}
