/** Reads the texts of a configuration that stand for something else: addresses, dates, upstream URLs. */
import { isIPv4, isIPv6 } from 'node:net';
import type { AddressRange } from '../client-address.ts';
import { isNetwork, type ListenAddress, networkAddress } from './addresses.ts';

/** A text that cannot be read, and why, where there is more to say than what was expected. */
export interface Misfit {
  readonly misfit: true;
  readonly problem?: string;
  readonly suggestion?: string;
}

/** Whether a reading failed. */
export function isMisfit(reading: unknown): reading is Misfit {
  return typeof reading === 'object' && reading !== null && 'misfit' in reading;
}

/** Nothing more is to be said. */
export const MISFIT: Misfit = { misfit: true };
const LAST_PORT = 65_535;
const BEYOND_PORTS: Misfit = { misfit: true, problem: `has a port beyond ${LAST_PORT}, which is the last` };
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** `host:port` or `[IPv6]:port`. */
export function readAddress(text: string): ListenAddress | Misfit {
  if (/^:?\d{1,5}$/.test(text)) return { misfit: true, suggestion: `127.0.0.1:${text.replace(':', '')}` };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  if (match === null) return isIPv6(text) ? { misfit: true, suggestion: `[${text}]:8787` } : MISFIT;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  const wellFormed = match[1] === undefined ? isHost(host) : isIPv6(host);
  if (wellFormed && port > LAST_PORT) return BEYOND_PORTS;
  return wellFormed ? { host, port } : MISFIT;
}

/** A host name, or an IPv4 address; a text of digits and dots that is no address is neither. */
function isHost(host: string): boolean {
  return /^[\d.]+$/.test(host) ? isIPv4(host) : HOST_NAME.test(host);
}

/** Whether only this machine can reach the address. */
export function isLoopback({ host }: Pick<ListenAddress, 'host'>): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.')) || /^(0*:)+0*1$/.test(host);
}

/** An IP address, or a range of them as CIDR: `10.0.0.0/8`. */
export function readAddressRange(text: string): AddressRange | Misfit {
  const [address = '', bits, ...more] = text.split('/');
  const bitsOfAll = isIPv4(address) ? 32 : 128;
  const wellFormed = bitsOfAll === 32 || (isIPv6(address) && !address.includes('%'));
  if (!wellFormed || more.length > 0) return MISFIT;
  if (bits === undefined) return { address, prefixBits: bitsOfAll };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > bitsOfAll) return MISFIT;
  const range = { address, prefixBits: Number(bits) };
  if (isNetwork(range)) return range;
  // An address with the length of its network’s prefix: which of the two is meant is not for us to say.
  return {
    misfit: true,
    problem: `has bits beyond its prefix: its network is ${networkAddress(range)}/${bits}`,
  };
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch: a date at midnight UTC, or a date and time with its offset. */
export function readDate(text: string): number | Misfit {
  const day = DATE.exec(text)?.[1];
  if (day === undefined) return MISFIT;
  const dayMs = Date.parse(day);
  // Some parsers roll 30 February over into March.
  if (Number.isNaN(dayMs) || !new Date(dayMs).toISOString().startsWith(day)) return MISFIT;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? MISFIT : ms;
}

/** An upstream's URL, without its final slash. */
export function readUpstream(text: string): string | Misfit {
  if (!/^https?:\/\//i.test(text)) return MISFIT;
  const port = /^[^:]+:\/\/[^/?#]*:(\d+)(?=[/?#]|$)/.exec(text)?.[1];
  if (Number(port) > LAST_PORT) return BEYOND_PORTS;
  if (!URL.canParse(text)) return MISFIT;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return { misfit: true, problem: 'holds a user name or password, which would end up in logs' };
  }
  if (text.includes('?') || text.includes('#')) return MISFIT;
  return url.href.replace(/\/$/, '');
}

/** The URL that events are sent to, as it is written. */
export function readHttpTarget(text: string): string | Misfit {
  const [address = '', fragment] = text.split('#', 2);
  if (fragment !== undefined) return { misfit: true, problem: 'has a fragment, which is never sent' };
  const base = readUpstream(address.split('?', 1)[0] ?? '');
  return isMisfit(base) ? base : new URL(text).href;
}
