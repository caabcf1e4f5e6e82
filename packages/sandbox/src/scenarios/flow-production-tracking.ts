/** Scenarios of Flow Production Tracking's action menu items. */
import type { AmiFault, AmiFormOptions } from '../flow-production-tracking.ts';
import { amiFields, amiForm } from '../flow-production-tracking.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

/** Both encodings and both treatments of blank fields accepted, a replay, and every way to be refused. */
export function flowProductionTrackingScenarios(): readonly Scenario[] {
  return [
    form('urlencoded', 'form, urlencoded', {}, ACCEPTED),
    form('multipart', 'form, multipart', { encoding: 'multipart' }, ACCEPTED),
    form('blank-signed', 'a blank field, signed', { blankFields: 'signed' }, ACCEPTED, { sort_column: '' }),
    form(
      'blank-left-out',
      'a blank field, left out of the signed text',
      { blankFields: 'left-out' },
      ACCEPTED,
      {
        sort_column: '',
      },
    ),
    {
      kind: 'again',
      id: 'flow-production-tracking/replay',
      provider: 'flow-production-tracking',
      title: 'the first form once more, byte for byte',
      of: 'flow-production-tracking/urlencoded',
      expect: refused('replayed'),
    },
    form(
      'other-action',
      'sent to the address of another action',
      { path: '/ami/send_email' },
      refused('unknown-key'),
    ),
    fault('tampered', 'another user on the way', refused('signature-mismatch')),
    fault('wrong-key', 'signed with another token', refused('signature-mismatch')),
    fault('stale', 'signed ten minutes ago', refused('expired')),
    fault('future', 'signed ten minutes ahead', refused('from-the-future')),
    fault('unsigned', 'an item without a secret', refused('missing-signature')),
    fault('truncated-signature', 'signature cut short', refused('malformed-signature')),
    fault('duplicate-field', 'a field given twice', refused('malformed-body')),
    fault('crlf-merge', 'one field hidden in another by CR LF, genuine signature', refused('malformed-body')),
  ];
}

function form(
  id: string,
  title: string,
  options: Partial<AmiFormOptions>,
  expect: Expectation,
  changes: Readonly<Record<string, string>> = {},
): Scenario {
  return {
    kind: 'new',
    id: `flow-production-tracking/${id}`,
    provider: 'flow-production-tracking',
    title,
    build: ({ keys, nowMs, runId }) =>
      amiForm({
        // The title keeps two forms of one second apart: there is no nonce, and the timestamp is in seconds.
        fields: amiFields({ title: `Versions ${id} ${runId}`, project_name: 'Été – 東京', ...changes }),
        key: keys.flowProductionTracking,
        nowMs,
        ...options,
      }),
    expect,
  };
}

function fault(name: AmiFault, title: string, expect: Expectation): Scenario {
  return form(name, title, { fault: name }, expect);
}
