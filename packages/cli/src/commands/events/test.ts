/** `countersign events test`: a kept event as a test file. */

import { resolve } from 'node:path';
import { TEST_RUNNERS, type TestRunner } from '@countersign/api';
import { parseJsonRequest } from '@countersign/core/internal/request-input';
import { withAdmin } from '../../admin-source.ts';
import { loadConfiguration, withPlaces } from '../../config-gate.ts';
import { checkedId, GATEWAY_OPTIONS, JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { otherGates } from '../../near-miss.ts';
import { readWord } from '../../read-word.ts';
import { shellWord } from '../../shell-word.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';
import { writeNew } from '../../write-new.ts';

export const testEvent: SubCommand = {
  name: 'test',
  usage: 'ID [--runner node|vitest] [--out FILE] [--force]',
  details:
    'test writes an event as a test file that passes as it is: with its exact body, signed with a throw-away key, at a fixed time. It needs the configuration with the event’s gate. The file contains no secret, but it does contain the body that the sender sent: look at it before you share it.',
  options: {
    runner: { value: 'RUNNER', description: `${TEST_RUNNERS.join(' or ')}; default: node` },
    out: { value: 'FILE', description: '- is standard output; default: event-ID.test.mjs in this folder' },
    force: { description: 'overwrite an existing file' },
    ...GATEWAY_OPTIONS,
    ...JSON_OPTION,
  },
  takes: ['ID'],
  examples: [
    {
      note: 'then: node --test',
      command: 'countersign events test 019ac2f4-4d5e-7000-8a3b-5d1c0e9f7a21',
    },
  ],
  async run(call, [word = '']) {
    const { args, io, output } = call;
    const id = checkedId(word);
    const runner = readWord(args.text('runner'), TEST_RUNNERS, 'there is no runner') ?? 'node';
    const event = await withAdmin(call, ({ call: ask }) => ask('event', { id }));
    if (event.erasedAt !== undefined)
      throw new UsageError('the event was erased', 'Nothing of it is kept but its hash.');
    if (event.masked === true || event.bodySha256 !== undefined) {
      throw new UsageError(
        event.masked === true ? 'something of the event is masked' : 'the body of the event is not kept',
        'Choose an event of a gate that keeps all of it and masks nothing.',
      );
    }
    const loaded = await loadConfiguration(args.text('config'), io);
    const { gates } = loaded.config;
    const gate = gates.find(({ name }) => name === event.gate);
    if (gate === undefined) {
      throw new UsageError(
        `the event came to ${event.gate}, and this configuration has no such gate`,
        otherGates(
          event.gate,
          gates.map(({ name }) => name),
        ),
      );
    }
    const { request } = parseJsonRequest({
      ...event,
      headers: event.headers.filter(({ withheld }) => withheld === undefined),
    });
    const nowMs = Date.parse(event.receivedAt);
    const { testFileOf } = await import('@countersign/gateway');
    const { text, isSigned } = await withPlaces(loaded, () =>
      testFileOf(gate, { what: `the event ${id}`, request, nowMs }, runner),
    );
    const path = args.text('out') ?? `event-${id}.test.mjs`;
    if (path === '-') io.stdout.write(text);
    else {
      writeNew(resolve(io.cwd, path), text, args.flag('force'));
      if (args.flag('json')) output.json({ file: resolve(io.cwd, path), isSigned });
      else output.say(`Wrote ${visibleText(path)}; run it: ${runLine(runner, path)}`);
    }
    if (!isSigned)
      output.warn(
        `Nothing here can sign for the gate ${gate.name}: the file has the request without a proof.`,
      );
    return EXIT.ok;
  },
};

/** That can be pasted. */
function runLine(runner: TestRunner, path: string): string {
  const word = shellWord(path);
  return visibleText(runner === 'node' ? `node --test ${word}` : `npx vitest run ${word}`);
}
