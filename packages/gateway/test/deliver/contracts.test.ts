/** The contract suite of destinations, against every kind of them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { createActionDestination } from '../../src/deliver/destinations/action.ts';
import { createCommandDestination } from '../../src/deliver/destinations/command.ts';
import { createFileDestination } from '../../src/deliver/destinations/file.ts';
import { createHttpDestination } from '../../src/deliver/destinations/http.ts';
import { testDestination } from '../../src/testing/index.ts';
import { startReceiver } from './http-receivers.ts';
import { linesOf } from './lines.ts';
import { receivingAction } from './receiving-actions.ts';
import { commandReceiver } from './receiving-commands.ts';

const TOKEN = 'a-token-of-the-address';

testDestination({
  describe,
  it,
  name: 'HTTP',
  open: async (behaviour) => {
    const { port, bodies, close } = await startReceiver(behaviour);
    const url = `http://127.0.0.1:${port}/hooks/${TOKEN}?key=${TOKEN}`;
    const destination = await createHttpDestination({ url, policy: 'configured', maxConnections: 10 });
    return { destination, received: async () => bodies, secrets: [TOKEN], close };
  },
  comesTo: {
    refuses: 'status',
    hangs: 'timeout',
    slow: 'delivered',
    garbage: 'connection-lost',
    leaves: 'connection-lost',
    hasty: 'delivered',
    away: 'unreachable',
    chatty: 'delivered',
  },
});

testDestination({
  describe,
  it,
  name: 'command',
  open: async (behaviour) => {
    const { command, directory, bodies, close } = commandReceiver(behaviour);
    const environment = [{ name: 'PASSWORD', value: new Secret(TOKEN) }];
    const destination = await createCommandDestination({ command, directory, environment });
    return { destination, received: async () => bodies(), secrets: [TOKEN], close: async () => close() };
  },
  comesTo: {
    refuses: 'exit-code',
    hangs: 'timeout',
    slow: 'delivered',
    garbage: 'exit-code',
    leaves: 'killed',
    hasty: 'delivered',
    away: 'not-started',
    chatty: 'delivered',
  },
});

testDestination({
  describe,
  it,
  name: 'file',
  open: async (behaviour) => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-file-'));
    const path = join(directory, behaviour === 'away' ? 'nowhere/events.jsonl' : 'events.jsonl');
    if (behaviour === 'refuses') mkdirSync(path);
    const destination = await createFileDestination({ path });
    const received = async () => (existsSync(path) ? linesOf(readFileSync(path)) : []);
    return { destination, received, secrets: [], close: async () => rmSync(directory, { recursive: true }) };
  },
  comesTo: { refuses: 'not-written', away: 'not-written' },
});

testDestination({
  describe,
  it,
  name: 'action',
  open: async (behaviour) => {
    const { action, log, bodies } = receivingAction(behaviour);
    const destination = await createActionDestination({ action, log });
    return {
      destination,
      received: async () => bodies,
      secrets: ['a secret of the error'],
      close: async () => {},
    };
  },
  bodies: 'json',
  comesTo: {
    refuses: 'action-failed',
    hangs: 'timeout',
    slow: 'delivered',
    garbage: 'delivered',
    leaves: 'action-failed',
    chatty: 'delivered',
  },
});
