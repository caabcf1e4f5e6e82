/** The contract suite of destinations, against NATS JetStream. */
import { describe, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createNatsDestination } from '../../src/deliver/destinations/nats.ts';
import { testDestination } from '../../src/testing/index.ts';
import { hasNatsServer, natsReason, natsReceiver } from './nats-server.ts';

const TOKEN = 'a-token-of-the-credentials';

testDestination({
  describe: hasNatsServer ? describe : describe.skip,
  it,
  name: `NATS JetStream${natsReason}`,
  open: async (behaviour) => {
    const { port, messages, close } = await natsReceiver(behaviour);
    const destination = await createNatsDestination({
      servers: [`nats://127.0.0.1:${port}`],
      subject: 'events.{gate}.{type}',
      credentials: { kind: 'token', token: new Secret(TOKEN) },
    });
    const received = async () => (await messages()).map(({ data }) => data);
    return { destination, received, secrets: [TOKEN], close };
  },
  comesTo: {
    refuses: 'not-stored',
    hangs: 'timeout',
    slow: 'delivered',
    garbage: 'unreachable',
    // The one that it broke off with, and those that came while there was none.
    leaves: ['connection-lost', 'unreachable'],
    away: 'unreachable',
  },
});
