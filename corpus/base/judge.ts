/** What the library says of a request, with the keys and at the time of its receiver. */
import {
  createGate,
  HeaderList,
  type KeySpec as LibraryKey,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import type { Choice, KeySpec, Wire } from './wire.ts';

export async function judge(
  choice: Choice,
  keys: readonly KeySpec[],
  now: number,
  wire: Wire,
): Promise<string> {
  const gate = createGate({
    ...('scheme' in choice
      ? { scheme: writtenScheme(choice.scheme) }
      : { provider: writtenProvider(choice.provider, { ...choice.options }) }),
    keys: keys as readonly LibraryKey[],
    now: () => now * 1000,
  });
  const { method, url, headers, body } = wire;
  const verdict = await gate.verify({ method, url, headers: HeaderList.from(headers), body });
  return verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;
}
