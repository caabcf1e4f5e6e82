/** Scenarios of the Flowent action server. */
import type { FlowentCallOptions, FlowentFault, FlowentForm } from '../flowent.ts';
import { FLOWENT_FORMS, flowentCall, flowentTest } from '../flowent.ts';
import type { Expectation, Scenario, ScenarioContext } from './scenario.ts';
import { ACCEPTED, refused } from './scenario.ts';

const FORM_TITLES: Readonly<Record<FlowentForm, string>> = {
  python: 'Python: signed compact, sent with spaces',
  'python-compact': 'Python: signed and sent compact',
  'python-raw-unicode': 'Python: signed with \\u escapes, sent as raw UTF-8',
  'python-spaced': 'Python: signed and sent with spaces',
  javascript: 'JavaScript: JSON.stringify',
  go: 'Go: sorted keys, <>& escaped',
  'go-reordered': 'Go, re-serialised by a proxy',
  indented: 'signed compact, sent indented',
  reordered: 'members re-ordered by a proxy',
};

/** Every serialisation accepted, both registration tests, a replay, and every way to be refused. */
export function flowentScenarios(): readonly Scenario[] {
  return [
    ...FLOWENT_FORMS.map((form) => call(form, FORM_TITLES[form], { form }, ACCEPTED)),
    call(
      'signature-first',
      'signature as the first member',
      { form: 'go', signaturePosition: 'first' },
      ACCEPTED,
    ),
    call(
      'signature-middle',
      'signature between other members',
      { form: 'javascript', signaturePosition: 'middle' },
      ACCEPTED,
    ),
    {
      kind: 'again',
      id: 'flowent/replay',
      provider: 'flowent',
      title: 'the first call once more, byte for byte',
      of: 'flowent/python',
      expect: refused('replayed'),
    },
    registrationTest('test-unsigned', 'registration test, unsigned', false),
    registrationTest('test-signed', 'registration test, signed', true),
    registrationTest('test-forged', 'registration test with a wrong signature', true, 'wrong-key'),
    fault('tampered', 'a parameter changed on the way', refused('signature-mismatch')),
    fault('wrong-key', 'signed with another key', refused('signature-mismatch')),
    fault('stale', 'signed ten minutes ago', refused('expired')),
    fault('future', 'signed ten minutes ahead', refused('from-the-future')),
    fault('unsigned', 'no signature', refused('missing-signature')),
    fault('truncated-signature', 'signature cut short', refused('malformed-signature')),
    fault('duplicate-member', 'parameters given twice', refused('malformed-body')),
  ];
}

function call(
  id: string,
  title: string,
  options: Partial<FlowentCallOptions>,
  expect: Expectation,
): Scenario {
  const build = ({ keys, nowMs, runId }: ScenarioContext) =>
    flowentCall({
      action: 'send_email',
      // The id keeps two forms of one second apart: several forms sign the same bytes.
      parameters: { recipient: 'ada@example.com', subject: `Grüße <${id} & ${runId}> 🚀`, body: 'Hello Ada' },
      key: keys.flowent,
      nowMs,
      ...options,
    });
  return { kind: 'new', id: `flowent/${id}`, provider: 'flowent', title, build, expect };
}

function fault(name: FlowentFault, title: string, expect: Expectation): Scenario {
  return call(name, title, { fault: name }, expect);
}

function registrationTest(id: string, title: string, signed: boolean, wrong?: FlowentFault): Scenario {
  return {
    kind: 'new',
    id: `flowent/${id}`,
    provider: 'flowent',
    title,
    build: ({ keys, nowMs }) =>
      flowentTest({
        action: 'get_weather',
        signed,
        key: keys.flowent,
        nowMs,
        ...(wrong === undefined ? {} : { fault: wrong }),
      }),
    expect: wrong === undefined ? { status: 200, verdict: 'handshake' } : refused('signature-mismatch'),
  };
}
