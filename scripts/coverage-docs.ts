/** The page of what coverage reports say: every code with a sentence that it says, and what each provider's proof covers. */
import {
  type CoverageCode,
  coverageReportOfProvider,
  type KeyCode,
  keyReport,
  keyReports,
  type ReportWarning,
  type Warning,
  warningInWords,
} from '../packages/core/dist/coverage-report.js';
import { type KeyWarning, providers, writtenProvider } from '../packages/core/dist/index.js';
import { type ConfigCode, gatewayWarning } from '../packages/gateway/dist/index.js';

/** What each says something of; in the order of the table in core. */
const SAMPLES: Readonly<Record<CoverageCode, ReportWarning>> = {
  'unsigned-body': { code: 'unsigned-body' },
  'signed-members': { code: 'signed-members', members: ['Message', 'Timestamp'] },
  'unsigned-parts': {
    code: 'unsigned-parts',
    parts: ['method', 'host', 'path', 'query'],
    headers: ['x-order'],
  },
  'unsigned-id': { code: 'unsigned-id' },
  'unsigned-type': { code: 'unsigned-type' },
  'unsigned-query-order': { code: 'unsigned-query-order' },
  'unsigned-parameter-order': { code: 'unsigned-parameter-order' },
  'unsigned-blank-fields': { code: 'unsigned-blank-fields' },
  'reprinted-body': { code: 'reprinted-body' },
  'compressed-body': { code: 'compressed-body' },
  'normal-path': { code: 'normal-path' },
  'unsigned-path-end': { code: 'unsigned-path-end' },
  'movable-text': { code: 'movable-text', parts: ['{path}', '{body}'] },
  'movable-form-text': { code: 'movable-form-text' },
  'movable-query-text': { code: 'movable-query-text' },
  'signed-parts': { code: 'signed-parts', members: ['pspReference', 'amount.value'], parameters: [] },
  'separable-items': { code: 'separable-items' },
  'decoded-url': { code: 'decoded-url' },
  'movable-between-messages': { code: 'movable-between-messages' },
  'action-by-key': { code: 'action-by-key', part: 'path' },
  'assumed-scheme': { code: 'assumed-scheme' },
  'fixed-origin': { code: 'fixed-origin', origin: 'https://hooks.example' },
  'no-time': { code: 'no-time' },
  'repeat-in-time': { code: 'repeat-in-time', pastMs: 300_000 },
  'copies-taken': { code: 'copies-taken', pastMs: 300_000 },
  'forgets-early': { code: 'forgets-early', rememberMs: 5000 },
  'tolerance-wide': { code: 'tolerance-wide', option: 'toleranceMs', ms: 86_400_000 },
  'tolerance-narrow': { code: 'tolerance-narrow', option: 'toleranceMs', ms: 300 },
  'trusted-id': { code: 'trusted-id' },
  'equal-requests': { code: 'equal-requests', within: 'second' },
  'differing-requests': { code: 'differing-requests', parts: ['method', 'path'], within: 'second' },
  'bearer-token': { code: 'bearer-token', headers: ['authorization'], address: false },
  'bearer-secret': { code: 'bearer-secret' },
  'endless-token': { code: 'endless-token' },
  'any-audience': { code: 'any-audience' },
  'optional-binding': { code: 'optional-binding', headers: ['authorization'] },
  'binding-off': { code: 'binding-off', headers: ['authorization'] },
  'joined-binding': { code: 'joined-binding' },
  'optional-message-signature': { code: 'optional-message-signature' },
  sha1: { code: 'sha1' },
  'keyed-hash': { code: 'keyed-hash', algorithms: ['sha256-secret-first'] },
  'rsa-sha1': { code: 'rsa-sha1' },
  'rsa-pkcs1': { code: 'rsa-pkcs1', algorithms: ['RS256'] },
};

const KEY_SAMPLES: Readonly<Record<KeyWarning['code'], KeyWarning>> = {
  short: { code: 'short', bytes: 10, leastBytes: 16 },
  'quotes-kept': { code: 'quotes-kept' },
  'quotes-left-out': { code: 'quotes-left-out' },
  'line-end-behind': { code: 'line-end-behind' },
  'line-end-inside': { code: 'line-end-inside' },
  'white-space-around': { code: 'white-space-around' },
  'white-space-inside': { code: 'white-space-inside' },
  'byte-order-mark': { code: 'byte-order-mark' },
  'escape-behind': { code: 'escape-behind' },
  'unseen-characters': { code: 'unseen-characters' },
  'lookalike-characters': { code: 'lookalike-characters' },
  'not-utf8': { code: 'not-utf8' },
  'header-value': { code: 'header-value' },
  address: { code: 'address' },
  unfilled: { code: 'unfilled' },
  placeholder: { code: 'placeholder' },
  repetitive: { code: 'repetitive' },
  'few-bytes': { code: 'few-bytes', different: 3 },
  'looks-like': { code: 'looks-like', name: 'an API key of Stripe', begins: 'whsec_' },
  'hex-too': { code: 'hex-too', bytes: 32, encoding: 'base64' },
  twin: { code: 'twin', keyId: 'key-1' },
  unusable: { code: 'unusable', fault: 'this runtime takes the key as none for ed25519' },
  'set-member-left-out': { code: 'set-member-left-out', place: 2, fault: 'its curve is not Ed25519' },
  'set-not-refreshed': { code: 'set-not-refreshed', fault: 'the address answered 503' },
};

const RSA_2048 = { id: 'key-1', state: 'active', hits: 0, warnings: [], strengthBits: 112 } as const;

const KEYS: readonly Warning<KeyCode>[] = [
  ...Object.values(KEY_SAMPLES).map((sample) => keyReport(sample)),
  ...keyReports(RSA_2048),
];

const CONFIGURATION: Readonly<Record<ConfigCode, Warning>> = {
  'secret-in-file': gatewayWarning('secret-in-file'),
  'secret-is-default': gatewayWarning('secret-is-default', ['MY_SECRET']),
  'odd-source': gatewayWarning(
    'odd-source',
    'The file ./secret begins with a byte order mark, which is left out: save it as UTF-8 without one.',
  ),
  'unfilled-variable': gatewayWarning('unfilled-variable'),
  'short-admin-token': gatewayWarning('short-admin-token', 16),
  'plain-http': gatewayWarning('plain-http', '0.0.0.0:8787'),
  'plain-http-admin': gatewayWarning('plain-http-admin', '0.0.0.0:8788'),
  'certificate-expires': gatewayWarning('certificate-expires', '2026-12-01', false),
  'wide-proxy-range': gatewayWarning('wide-proxy-range', '0.0.0.0/0'),
  'wide-caller-range': gatewayWarning('wide-caller-range', '0.0.0.0/0'),
  'proxy-among-callers': gatewayWarning('proxy-among-callers', '10.0.0.0/8', '10.0.0.1'),
  'unsigned-gate': gatewayWarning('unsigned-gate'),
  'gate-monitors': gatewayWarning('gate-monitors', undefined),
  'monitoring-over': gatewayWarning('monitoring-over', '2027-01-01'),
  'older-proof': gatewayWarning('older-proof', 'github', '2027-01-01', 'path and timestamp'),
  'older-proof-over': gatewayWarning('older-proof-over', 'github', '2027-01-01'),
  'repeats-run': gatewayWarning('repeats-run'),
  'first-answer-again': gatewayWarning('first-answer-again'),
  'shared-secret': gatewayWarning('shared-secret', 'orders', 'path'),
  'signed-challenges': gatewayWarning('signed-challenges', 'x'),
  'unsigned-path': gatewayWarning('unsigned-path', '/hooks/*', 'passed on'),
  'unsigned-method': gatewayWarning('unsigned-method', 'kept'),
  'action-without-key': gatewayWarning('action-without-key', 'show_it'),
  'paths-within': gatewayWarning('paths-within', '/v1/*', 'admin (/v1/admin)', '/v1/ADMIN'),
  'forgets-before-sender': gatewayWarning(
    'forgets-before-sender',
    'Stripe webhooks',
    259_200_000,
    86_400_000,
  ),
  'slow-upstream': gatewayWarning('slow-upstream', 'GitHub webhooks', 10_000, 30_000),
  'slow-action': gatewayWarning('slow-action', 'approve', 'Slack requests', 3000, 25_000),
  'tight-intake': gatewayWarning('tight-intake', '100MB', '256MB'),
  'events-in-memory': gatewayWarning('events-in-memory', ['orders', 'payments']),
  'claims-in-memory': gatewayWarning('claims-in-memory', 'orders, payments'),
  'rates-by-gateway': gatewayWarning('rates-by-gateway', 'orders, payments'),
  'untyped-events': gatewayWarning('untyped-events', 'orders'),
  'missing-program': gatewayWarning('missing-program', 'no-such-crm'),
  'program-not-executable': gatewayWarning('program-not-executable', '/srv/crm.sh'),
  'missing-folder': gatewayWarning('missing-folder', '/srv/events'),
  'kept-header-left-out': gatewayWarning('kept-header-left-out', 'authorization'),
  'token-left-out': gatewayWarning('token-left-out'),
  'sqlite-loses-writes': gatewayWarning('sqlite-loses-writes', '3.50.4'),
  'plain-database': gatewayWarning('plain-database', 'postgres://me@db.internal:5432/events'),
  'store-away': gatewayWarning(
    'store-away',
    'the PostgreSQL at postgres://me@db.internal:5432/events does not answer (ECONNREFUSED)',
  ),
  'open-session': gatewayWarning('open-session', 'What the broker lets anybody do without a proof.'),
  'unchecked-input': gatewayWarning('unchecked-input', 'What of an action’s schema is read and not checked.'),
  'not-registered': gatewayWarning(
    'not-registered',
    'Why actions of the gate cannot be registered with their platform, and what to do.',
  ),
};

const PARTS = ['method', 'scheme', 'host', 'path', 'query', 'body', 'timestamp', 'id', 'type'] as const;

function providerTable(): string {
  const rows = providers.map(({ id }) => {
    const { covered, headers, replay } = coverageReportOfProvider(writtenProvider(id));
    const cells = PARTS.map((part) => (covered.includes(part) ? 'yes' : '·'));
    return `| [\`${id}\`](providers/${id}.md) | ${cells.join(' | ')} | ${headers.join(', ') || '·'} | ${replay} |`;
  });
  return [
    `| provider | ${PARTS.join(' | ')} | headers | replay |`,
    `| --- | ${PARTS.map(() => '---').join(' | ')} | --- | --- |`,
    ...rows,
  ].join('\n');
}

function codeTable(warnings: readonly Warning[]): string {
  const rows = warnings.map(
    ({ code, severity, sentence }) => `| \`${code}\` | ${severity} | ${sentence.replaceAll('|', '\\|')} |`,
  );
  return ['| code | severity | for example |', '| --- | --- | --- |', ...rows].join('\n');
}

/** What stands between each pair of marks in docs/coverage.md, by the mark's name. */
const COVERAGE_TABLES: Readonly<Record<string, string>> = {
  providers: providerTable(),
  coverage: codeTable(Object.values(SAMPLES).map((sample) => warningInWords(sample))),
  keys: codeTable(KEYS),
  configuration: codeTable(Object.values(CONFIGURATION)),
};

/** A page whose marked tables are those of today. */
export function withCoverageTables(page: string): string {
  return Object.entries(COVERAGE_TABLES).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- table ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/coverage.md has no ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
  }, page);
}
