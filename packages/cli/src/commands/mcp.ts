/** `countersign mcp`: the admin API for a program that speaks the Model Context Protocol, on standard input and output. */
import { AdminError, createAdminClient } from '@countersign/api';
import { adminFailure, gatewayPlace } from '../admin-access.ts';
import type { Call, Command } from '../command.ts';
import { GATEWAY_OPTIONS } from '../day-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { jsonLines } from '../mcp/json-lines.ts';
import { createMcpServer, unreadable } from '../mcp/mcp-server.ts';
import { untilStopped } from '../until-stopped.ts';
import { programVersion } from '../version.ts';
import { visibleJson } from '../visible-text.ts';
import { writeAll } from '../write-all.ts';

/** A pasted request for `explain` is 256 KB at most, and each of its characters may be an escape of six. */
const MAX_LINE_BYTES = 2 * 1024 * 1024;
/** Of one call: a model waits for it. */
const CALL_MS = 30_000;

export const mcp: Command = {
  name: 'mcp',
  summary: 'serves the admin API to an AI agent (Model Context Protocol, on standard input and output)',
  usage: ['mcp [--allow-changes] [--allow-reveals] [--config FILE] [--admin URL]'],
  details: [
    'The agent’s program starts it. Its tools are the routes of the admin API that read: gates, issues, deliveries, events without their bodies, and explain. Its prompts are questions that come with the gateway’s data: why-refused, what-changed-today, safe-to-retire-key. Bodies, header values, values of queries and secrets are replaced by [hidden]. What only an administrator may do (keys, configuration, copies of the store, the audit log) is never among the tools.',
    'Each call that changes or reveals something is in the gateway’s audit log, under the name of the token.',
  ],
  options: {
    'allow-changes': {
      description:
        'offer what an operator may change, too: redrive, resend, pause, acknowledge, release a claim, test an action',
    },
    'allow-reveals': {
      description: 'offer bodies and proofs of requests, too, and searches in them; credentials stay hidden',
    },
    ...GATEWAY_OPTIONS,
  },
  examples: [
    { note: 'the command for an agent’s settings', command: 'countersign mcp --config countersign.yaml' },
  ],
  maxArguments: 0,
  run,
};

async function run({ args, io }: Call): Promise<ExitCode> {
  const { url, token } = await gatewayPlace(args, io);
  const stop = new AbortController();
  const fetch: typeof io.fetch = (input, init) =>
    io.fetch(input, { ...init, signal: AbortSignal.any([stop.signal, AbortSignal.timeout(CALL_MS)]) });
  const client = createAdminClient({ baseUrl: url, token, fetch });
  const answer = createMcpServer({
    version: programVersion(),
    rules: { allowChanges: args.flag('allow-changes'), allowReveals: args.flag('allow-reveals') },
    // Only names of tools come here, and their inputs are judged by the gateway.
    call: client.call as (route: string, input: object) => Promise<unknown>,
    describe: (error) => {
      const { problem, remedy } = describeFailure(adminFailure(url, error));
      // The arguments are the model’s own, and the problem says what they must be.
      if (error instanceof AdminError && error.code === 'invalid-input') return problem;
      return remedy === undefined ? problem : `${problem}\n${remedy}`;
    },
  });
  void untilStopped(io, {
    onFirst: () => {
      stop.abort();
      io.stdin.destroy?.();
    },
    onHangUp: () => {},
  });
  try {
    for await (const line of jsonLines(io.stdin, MAX_LINE_BYTES)) {
      const reply = 'problem' in line ? unreadable(line.problem) : await answer(line.value);
      if (reply !== undefined) {
        await writeAll(io.stdout, `${visibleJson(JSON.stringify(reply))}\n`, stop.signal);
      }
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return EXIT.ok;
}
