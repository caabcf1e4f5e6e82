/** Refuses to serve on a runtime that only resembles Node: what is different there shows under attack, not at the first request. */
import { SetupError } from '@countersign/core';

/** What a runtime calls itself in `process.versions`, beside the Node that it resembles. */
const OTHERS = { bun: 'Bun', deno: 'Deno' } as const;

/**
 * Bun 1.4 leaves `::ffff:1.2.3.4` another client than `1.2.3.4`; Deno 2.9 reads on from a connection whose answers wait (docs/runtimes.md).
 * @throws SetupError on Bun and Deno
 */
export function requireNode(versions: Readonly<Record<string, string | undefined>> = process.versions): void {
  for (const [id, name] of Object.entries(OTHERS)) {
    const version = versions[id];
    if (version === undefined) continue;
    throw new SetupError(
      'runtime',
      `a gateway runs on Node, and this is ${name} ${version}: its HTTP server reads connections and addresses otherwise, and the gateway’s bounds rest on them`,
      `Start it with Node 22.23.3 or later, or use @countersign/core in a handler of ${name}’s own server.`,
    );
  }
}
