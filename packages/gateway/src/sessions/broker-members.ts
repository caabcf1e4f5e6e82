/** What the members of a broker's session may be. Each may be left out for the schema: what a broker needs, it says. */
import { optional } from '../config/left-out.ts';
import { duration, originList, readable, secret, serverAddress } from '../config/schema-leaves.ts';
import { Secret } from '../config/secret.ts';
import type { Optional, Schema } from '../config/shape.ts';

/** A member that a broker adds to a session. */
export interface BrokerMember<out Output, out Input> extends Optional<Output, Input> {
  /** Whether its text must not stand in the file. */
  readonly isSecret: boolean;
}

const NONE = 'none, if the broker needs none';

/** A text; an empty one, which is what `${env:NAME:-}` gives, counts as not given. */
export function textMember(description: string): BrokerMember<string | undefined, string> {
  return member(
    blankable<string>((text) => text, description),
    NONE,
  );
}

/** A secret's text; an empty one counts as not given. */
export function secretMember(description: string): BrokerMember<Secret | undefined, string> {
  return { ...member(secret(blankable((text) => new Secret(text), description)), NONE), isSecret: true };
}

/**
 * A secret that the broker's rules require.
 * @throws Error where they let it be left out: an empty secret would be sent as one.
 */
export function requiredSecret(value: Secret | undefined): Secret {
  if (value === undefined) throw new Error('a secret of a session is missing, and no rule has refused that');
  return value;
}

/** The address of a server. */
export function addressMember(description: string): BrokerMember<string, string> {
  return member(serverAddress(description, 'https://api.example.com'), NONE);
}

/** A list of origins, or a text with commas. */
export function originsMember(
  description: string,
): BrokerMember<readonly string[], string | readonly string[]> {
  return member(originList(description), NONE);
}

/** A number of milliseconds. @param absent what holds where it is left out. */
export function durationMember(
  description: string,
  maxMs: number,
  absent: string,
): BrokerMember<number, string> {
  return member(duration(description, maxMs), absent);
}

function member<Output, Input>(schema: Schema<Output, Input>, absent: string): BrokerMember<Output, Input> {
  return { ...optional(schema, absent), isSecret: false };
}

function blankable<T>(read: (text: string) => T, description: string): Schema<T | undefined, string> {
  return readable<T | undefined>({ expected: 'a text', description }, (text) =>
    text.trim() === '' ? undefined : read(text),
  );
}
