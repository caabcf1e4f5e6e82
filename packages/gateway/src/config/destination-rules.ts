/** What concerns several values of a destination at once, and destinations among themselves; see `rules.ts`. */

import { isMetadataHost } from '../outgoing/metadata-addresses.ts';
import type { Finding } from './finding.ts';
import { ENTRY_NAME, ENTRY_NAME_EXPECTED } from './names.ts';
import { isMapping, type ValuePath, valueAt } from './value-path.ts';

type Mapping = Readonly<Record<string, unknown>>;

const TARGETS = ['to', 'actions', 'command', 'nats', 'file'] as const;
/** Under which operator events are kept. */
export const OPERATOR_GATE = 'countersign';

/** A destination as it is written, and under which name it goes. */
interface Written {
  readonly path: ValuePath;
  readonly name: string | undefined;
  readonly destination: Mapping;
}

export function destinationRules(tree: unknown): readonly Finding[] {
  const atTop = valueAt(tree, ['destinations']);
  const top = Object.entries(isMapping(atTop) ? atTop : {}).filter(isNamedMapping);
  const lists = deliverLists(tree);
  const written: Written[] = [
    ...top.map(([name, destination]) => ({ path: ['destinations', name], name, destination })),
    ...lists.flatMap(inlineOf),
  ];
  return [
    ...top.flatMap(([name, destination]) => topRules(name, destination)),
    ...written.flatMap(({ path, destination }) => [
      ...targetRules(path, destination),
      ...orderRules(path, destination),
      ...signRules(path, destination),
      ...natsRules(path, destination),
      ...metadataRules(path, destination),
    ]),
    ...nameRules(written),
    ...lists.flatMap((list) =>
      referenceRules(
        list,
        top.map(([name]) => name),
      ),
    ),
    ...lists.flatMap((list) => sessionSignRules(list, written)),
    ...operatorRules(tree, written),
  ];
}

function isNamedMapping(entry: [string, unknown]): entry is [string, Mapping] {
  return isMapping(entry[1]);
}

interface DeliverList {
  readonly path: ValuePath;
  readonly owner: string;
  readonly items: readonly unknown[];
}

function deliverLists(tree: unknown): readonly DeliverList[] {
  return OWNERS.flatMap(({ all, below }) => {
    const owners = valueAt(tree, [all]);
    return Object.keys(isMapping(owners) ? owners : {}).flatMap((owner) => {
      const path = [all, owner, ...below];
      const items = valueAt(tree, path);
      return Array.isArray(items) ? [{ path, owner, items }] : [];
    });
  });
}

/** Whose events are delivered. */
const OWNERS = [
  { all: 'gates', below: ['keep', 'deliver'] },
  { all: 'sessions', below: ['deliver'] },
] as const;

function inlineOf({ path, owner, items }: DeliverList): readonly Written[] {
  // The gate’s or session’s name is that of its one destination.
  const implied = items.filter(isMapping).length === 1 ? owner : undefined;
  return items.flatMap((destination, at) => {
    if (!isMapping(destination)) return [];
    const { name } = destination;
    return [{ path: [...path, at], name: typeof name === 'string' ? name : implied, destination }];
  });
}

function topRules(name: string, destination: Mapping): readonly Finding[] {
  const path = ['destinations', name];
  const findings: Finding[] = [];
  if (!ENTRY_NAME.test(name)) {
    findings.push({
      path,
      place: 'key',
      problem: 'is not a name for a destination',
      expected: ENTRY_NAME_EXPECTED,
    });
  }
  if (destination['name'] !== undefined && destination['name'] !== name) {
    findings.push({
      path: [...path, 'name'],
      problem: 'is another name than the one that it stands under',
      expected: 'no name here',
    });
  }
  return findings;
}

function targetRules(path: ValuePath, destination: Mapping): readonly Finding[] {
  const targets = TARGETS.filter((name) => destination[name] !== undefined);
  const expected = `one of ${TARGETS.join(', ')}`;
  if (targets.length === 0) return [{ path, problem: 'does not say where events go', expected }];
  if (targets.length > 1) return [{ path, problem: `has ${targets.join(' and ')}`, expected }];
  const stray = [
    { member: 'action', of: 'actions' },
    { member: 'environment', of: 'command' },
    { member: 'directory', of: 'command' },
    { member: 'pass', of: 'command' },
  ].filter(({ member, of }) => destination[member] !== undefined && destination[of] === undefined);
  return stray.map(({ member, of }) => ({
    path: [...path, member],
    problem: `is given, and there is no ${of}`,
    expected: `${of} beside it, or no ${member}`,
  }));
}

function orderRules(path: ValuePath, { order }: Mapping): readonly Finding[] {
  if (!isMapping(order)) return [];
  const places = ['json', 'header'].filter((name) => order[name] !== undefined);
  if (places.length === 1) return [];
  const problem = places.length === 0 ? 'does not say where the key stands' : 'has json and header';
  return [{ path: [...path, 'order'], problem, expected: 'one of json and header' }];
}

function signRules(path: ValuePath, { sign, proof }: Mapping): readonly Finding[] {
  if (sign === undefined) return [];
  const findings: Finding[] = [];
  if (isMapping(sign) && sign['provider'] !== undefined && sign['scheme'] !== undefined) {
    findings.push({
      path: [...path, 'sign'],
      problem: 'has provider and scheme',
      expected: 'one of them, or none',
    });
  }
  if (proof === 'pass') {
    findings.push({
      path: [...path, 'proof'],
      problem: 'is pass, and events are signed anew',
      expected: 'proof: drop, or no sign',
    });
  }
  return findings;
}

function natsRules(path: ValuePath, { nats }: Mapping): readonly Finding[] {
  if (!isMapping(nats)) return [];
  const credentials = ['user', 'token', 'nkey', 'creds'].filter((name) => nats[name] !== undefined);
  if (credentials.length > 1) {
    return [
      {
        path: [...path, 'nats'],
        problem: `has ${credentials.join(' and ')}`,
        expected: 'one kind of credentials',
      },
    ];
  }
  if ((nats['user'] === undefined) === (nats['password'] === undefined)) return [];
  const problem = nats['user'] === undefined ? 'has a password, and no user' : 'has a user, and no password';
  return [{ path: [...path, 'nats'], problem, expected: 'user and password, or neither' }];
}

function metadataRules(path: ValuePath, { to }: Mapping): readonly Finding[] {
  const url = typeof to === 'string' ? URL.parse(to) : null;
  if (url === null || !isMetadataHost(url.hostname)) return [];
  return [
    { path: [...path, 'to'], problem: 'is a cloud’s metadata service', expected: 'the address of a backend' },
  ];
}

function nameRules(written: readonly Written[]): readonly Finding[] {
  const taken = new Map<string, ValuePath>();
  return written.flatMap(({ path, name }): readonly Finding[] => {
    if (name === undefined) {
      return [
        {
          path,
          problem:
            path[0] === 'sessions'
              ? 'has no name, and its session has other destinations'
              : 'has no name, and its gate has other destinations',
          expected: 'a name for each, such as name: billing',
        },
      ];
    }
    const first = taken.get(name);
    taken.set(name, path);
    const at = path[0] === 'destinations' ? path : [...path, 'name'];
    if (first !== undefined) {
      return [{ path: at, problem: `is the name of another destination`, expected: 'a name of its own' }];
    }
    if (ENTRY_NAME.test(name) || path[0] === 'destinations') return [];
    return [{ path: at, problem: 'is not a name for a destination', expected: ENTRY_NAME_EXPECTED }];
  });
}

function referenceRules({ path, items }: DeliverList, names: readonly string[]): readonly Finding[] {
  return items.flatMap((item, at): readonly Finding[] => {
    if (typeof item !== 'string') return [];
    if (items.indexOf(item) < at)
      return [{ path: [...path, at], problem: 'is named twice', expected: 'each destination once' }];
    if (names.includes(item)) return [];
    return [{ path: [...path, at], ...unknownName(item, names) }];
  });
}

/** A name that none of the destinations has. */
function unknownName(name: string, names: readonly string[]): Pick<Finding, 'problem' | 'expected'> {
  const problem = `names ${JSON.stringify(name)}, and there is no destination of that name`;
  if (names.length > 0) return { problem, expected: `one of ${names.join(', ')}` };
  return { problem, expected: 'destinations at the top, with one of that name' };
}

/** What the broker tells has no sender; and a session's token, sent as a proof, would be good for another webhook. */
function sessionSignRules({ path, items }: DeliverList, written: readonly Written[]): readonly Finding[] {
  if (path[0] !== 'sessions') return [];
  return written
    .filter(
      ({ path: at, name, destination }) =>
        items.includes(destination) || (at[0] === 'destinations' && items.includes(name)),
    )
    .filter(({ destination }) => destination['sign'] === 'sender')
    .map((destination) => ({
      path: [...destination.path, 'sign'],
      problem: 'is sender, and a session’s events have none that signs',
      expected: 'a secret to sign with',
    }));
}

function operatorRules(tree: unknown, written: readonly Written[]): readonly Finding[] {
  const findings = OWNERS.flatMap(({ all }): readonly Finding[] => {
    const owners = valueAt(tree, [all]);
    if (!isMapping(owners) || !Object.hasOwn(owners, OPERATOR_GATE)) return [];
    const problem = 'is the name under which the gateway’s own events are kept';
    return [{ path: [all, OPERATOR_GATE], place: 'key', problem, expected: 'another name' }];
  });
  const name = valueAt(tree, ['operatorEvents']);
  const operator = written.find((destination) => destination.name === name);
  if (operator?.destination['sign'] === 'sender') {
    findings.push({
      path: [...operator.path, 'sign'],
      problem: 'is sender, and the gateway’s own events have none',
      expected: 'a secret to sign with',
    });
  }
  if (typeof name !== 'string' || operator !== undefined) return findings;
  return [
    ...findings,
    {
      path: ['operatorEvents'],
      ...unknownName(
        name,
        written.flatMap((destination) => destination.name ?? []),
      ),
    },
  ];
}
