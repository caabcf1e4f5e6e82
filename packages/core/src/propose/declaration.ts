/** The declaration of a message that holds: what a configuration has under `scheme`. */
import type { RawOptions } from '../options.ts';
import type { Atom } from './atom.ts';
import { withItem } from './atoms.ts';
import { type Place, placeOptions, placeText } from './named-texts.ts';
import type { Arrangement } from './plans.ts';

/** The declarations that say it, the plainest first: it has one time, one id and one nonce. */
export function declarationsOf(base: RawOptions, pieces: Arrangement): readonly RawOptions[] {
  return [true, false].map((hasRoles) => declarationOf(base, pieces, hasRoles));
}

/** @param hasRoles whether a text may be the id or the nonce, which are held to more than another part is */
function declarationOf(base: RawOptions, pieces: Arrangement, hasRoles: boolean): RawOptions {
  const parts = pieces.filter((piece) => typeof piece !== 'string');
  const time = parts.find(({ kind }) => kind === 'time')?.time;
  const origin = parts.find((part) => part.origin !== undefined)?.origin;
  const roles = rolesOf(
    parts.filter(({ kind }) => kind === 'source'),
    hasRoles && base['each'] === undefined,
  );
  const body = parts.find((part) => part.body !== undefined)?.body;
  const items = parts.flatMap(({ item }) => item ?? []);
  const { signature } = items.reduce((whole, item) => ({ signature: withItem(whole, item) }), base);
  const message = pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece.replace(/[\\{}]/g, '\\$&');
      return roles.get(piece)?.written ?? piece.written;
    })
    .join('');
  const places = [...roles.values()].map(({ name, place }) => [name, placeOptions(place)]);
  return {
    ...base,
    signature,
    message,
    ...(body !== undefined && { body }),
    ...(time && { timestamp: time.options }),
    ...Object.fromEntries(places),
    ...(origin !== undefined && { origin }),
  };
}

interface Role {
  readonly name: 'id' | 'nonce';
  readonly written: string;
  readonly place: Place;
}

/** What is by its name an id or a nonce; all else is a part as any. */
function rolesOf(sources: readonly Atom[], hasRoles: boolean): ReadonlyMap<Atom, Role> {
  const roles = new Map<Atom, Role>();
  const free = new Set<'id' | 'nonce'>(hasRoles ? ['id', 'nonce'] : []);
  for (const source of sources) {
    const { place } = source;
    // An item of the signature’s list is no place of an id.
    if (place === undefined || 'item' in place) continue;
    const name = placeText(place);
    const role = /nonce/i.test(name)
      ? 'nonce'
      : /(?:id|uuid|guid|delivery)(?:$|[^a-z])/i.test(name)
        ? 'id'
        : undefined;
    if (role === undefined || !free.delete(role)) continue;
    roles.set(source, { name: role, written: `{${role}}`, place });
  }
  return roles;
}
