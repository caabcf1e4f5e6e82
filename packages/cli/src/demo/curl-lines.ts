/** Freshly signed curl lines for the demo: of each system one that is accepted and one that is refused. */
import type { Scenario } from '@countersign/sandbox';
import type { Style } from '../output.ts';
import { curlLine } from '../print-request.ts';
import type { Player } from './player.ts';

/** How long a line stays good, where its system says so. */
const GOOD_FOR: Readonly<Partial<Record<Scenario['provider'], string>>> = {
  flowent: 'once, for 5 minutes',
  hmac: 'once, for 5 minutes',
  'flow-production-tracking': 'once, for 10 seconds',
  approov: 'for 5 minutes',
  github: 'a repeat is acknowledged',
  stripe: 'for 5 minutes; a repeat is acknowledged',
  slack: 'for 5 minutes; a repeat is acknowledged',
  'standard-webhooks': 'for 5 minutes; a repeat is acknowledged',
  'http-message-signatures': 'once, for 5 minutes',
  dpop: 'once, for a minute',
};

/** One line is enough to begin with; all are at the page’s /curl. */
export const FIRST_SHOWN: readonly string[] = ['hmac/signed'];

const SHOWN: readonly string[] = [
  'flowent/javascript',
  'flowent/unsigned',
  'hmac/signed',
  'hmac/tampered',
  'flow-production-tracking/urlencoded',
  'flow-production-tracking/tampered',
  'approov/valid',
  'approov/forged',
  'incode/bearer',
  'incode/wrong-token',
  'github/signed',
  'github/tampered',
  'stripe/signed',
  'stripe/stale',
  'slack/signed',
  'slack/unsigned',
  'standard-webhooks/signed',
  'standard-webhooks/wrong-key',
  'http-message-signatures/signed',
  'http-message-signatures/other-path',
  'dpop/signed',
  'dpop/other-key',
];

/** The lines, each under a comment that says what it is and what it gets. */
export function curlLines(
  scenarios: readonly Scenario[],
  player: Player,
  style: Style,
  ids: readonly string[] = SHOWN,
): readonly string[] {
  return ids.flatMap((id) => {
    const scenario = scenarios.find((candidate) => candidate.id === id);
    if (scenario?.kind !== 'new') return [];
    const { status, verdict } = scenario.expect;
    const good = verdict === 'accepted' ? GOOD_FOR[scenario.provider] : undefined;
    const note = `# ${scenario.provider}, ${scenario.title}: ${status} ${verdict}${good === undefined ? '' : ` (${good})`}`;
    // curl's line is a byte string; on a terminal it is text again.
    return [style.dim(note), Buffer.from(curlLine(player.request(scenario)), 'latin1').toString('utf8')];
  });
}
