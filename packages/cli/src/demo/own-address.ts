/** `--host`: an address of this machine that other machines reach. */
import { networkInterfaces } from 'node:os';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError for anything but an address of this machine; it names those that there are. */
export function readOwnAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list);
  if (own.some(({ address }) => address === text)) return text;
  const reachable = own.filter(({ internal }) => !internal).map(({ address }) => address);
  throw new UsageError(
    `--host ${text} is not an IP address of this machine.`,
    reachable.length === 0
      ? 'This machine has none but loopback: leave --host out.'
      : `Give one that your phone reaches: ${reachable.join(', ')}`,
  );
}
