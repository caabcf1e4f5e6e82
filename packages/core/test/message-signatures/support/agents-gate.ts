/** A gate of agents whose publishers answer as a test says, and requests of theirs. */
import { createGate, type Gate, type GateOptions, type SignedRequest } from '../../../src/index.ts';
import { NOW } from '../../tokens/mint.ts';
import { handSigned } from './hand-signed.ts';

export const DIRECTORY = '/.well-known/http-message-signatures-directory';
const PROVIDER = {
  id: 'http-message-signatures',
  components: ['@method', '@authority', '@path'],
  whenPresent: ['signature-agent'],
} as const;

export type Answer = () => Response | Promise<Response>;

export const keysOf =
  (...keys: readonly object[]): Answer =>
  () =>
    new Response(JSON.stringify({ keys }));

export interface AgentsGate {
  readonly gate: Gate;
  readonly asked: readonly string[];
  readonly reports: readonly string[];
}

/** A gate of agents, and the addresses that it asked. */
export function gateOf(
  answers: Readonly<Record<string, Answer>>,
  options: object = {},
  more: Partial<GateOptions> = {},
): AgentsGate {
  const asked: string[] = [];
  const reports: string[] = [];
  const gate = createGate({
    provider: { ...PROVIDER, agents: 'any', ...options } as never,
    now: () => NOW,
    fetch: async (url) => {
      asked.push(String(url));
      const answer = answers[String(url)];
      if (answer === undefined) throw new Error('no such host');
      return answer();
    },
    report: (problem) => reports.push(problem),
    ...more,
  });
  return { gate, asked, reports };
}

export const COVERS: readonly string[] = ['@method', '@authority', '@path', 'signature-agent'];
export const agentRequest = (agent: string, options: Parameters<typeof handSigned>[0] = {}): SignedRequest =>
  handSigned({ covers: COVERS, headers: { 'signature-agent': agent }, ...options });
