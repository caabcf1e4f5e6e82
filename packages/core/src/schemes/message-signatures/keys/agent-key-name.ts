/** What a signature names its key by where it says where the keys are: their address, and which of them it is. */
import type { AgentAddress } from './agent-address.ts';

export interface NamedKey extends Pick<AgentAddress, 'url' | 'form'> {
  readonly name: string;
  /** What the address is known by: one document may be read in either form. */
  readonly place: string;
  readonly keyId: string;
}

const CLIENT = 'cimd ';

/** As `namedKey` reads it: an address has no blank, and begins with https. */
export function agentKeyName({ url, form }: Pick<AgentAddress, 'url' | 'form'>, keyId: string): string {
  return `${form === 'client' ? CLIENT : ''}${url} ${keyId}`;
}

export function namedKey(name: string): NamedKey {
  const form = name.startsWith(CLIENT) ? 'client' : 'keys';
  const start = form === 'client' ? CLIENT.length : 0;
  const end = name.indexOf(' ', start);
  return { name, place: name.slice(0, end), url: name.slice(start, end), form, keyId: name.slice(end + 1) };
}
