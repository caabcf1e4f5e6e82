/** What concerns several values of `admin` at once. */
import type { Finding } from './finding.ts';
import { isMapping, valueAt } from './value-path.ts';

/** @param tree the configuration as written, of any shape */
export function adminRules(tree: unknown): readonly Finding[] {
  return [...tokenRules(tree), ...userRules(tree), ...oidcRules(tree)];
}

/** An `Authorization` header carries visible ASCII: another token could never be sent. */
function tokenRules(tree: unknown): readonly Finding[] {
  const token = valueAt(tree, ['admin', 'token']);
  if (typeof token !== 'string' || token === '' || /^[\x21-\x7e]+$/.test(token)) return [];
  return [
    {
      path: ['admin', 'token'],
      problem: 'has a space, a line break or a non-ASCII character, which no bearer token has',
      expected: 'visible ASCII characters',
    },
  ];
}

/** Whoever has a name twice would have either password. */
function userRules(tree: unknown): readonly Finding[] {
  const users = valueAt(tree, ['admin', 'users']);
  if (!Array.isArray(users)) return [];
  const names = users.map((user: unknown) => (isMapping(user) ? user['name'] : undefined));
  return names.flatMap((name, i) =>
    typeof name === 'string' && names.indexOf(name) < i
      ? [
          {
            path: ['admin', 'users', i, 'name'],
            problem: 'is the name of another user too',
            expected: 'a name of their own',
          },
        ]
      : [],
  );
}

/** Else the provider lets in nobody. */
function oidcRules(tree: unknown): readonly Finding[] {
  const path = ['admin', 'oidc', 'roles'];
  const roles = valueAt(tree, path);
  if (!isMapping(roles)) return [];
  const lists = ['viewer', 'operator', 'admin'].map((role) => roles[role]);
  if (lists.some((list) => list !== undefined && !(Array.isArray(list) && list.length === 0))) return [];
  return [
    {
      path,
      problem: 'gives nobody a role, so nobody could log in',
      expected: 'values of the claim for viewer, operator or admin',
    },
  ];
}
