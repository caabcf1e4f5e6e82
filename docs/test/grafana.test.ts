/** Prevents: a dashboard, or alerts, that ask for metrics which no gateway has. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { githubRequest, send as sendSigned } from '@countersign/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { leaveOutRedis, redisReason, startRedis } from '../../packages/core/test/support/redis-server.ts';
import {
  hmacHeaders,
  SECRET,
  send,
  startUpstream,
  temporaryDir,
} from '../../packages/gateway/test/harness.ts';
import { startPrometheus } from '../../packages/gateway/test/metrics/prometheus-server.ts';
import { leaveOut, promtool, whyLeftOut } from '../../packages/gateway/test/metrics/promtool.ts';
import { addressOf } from '../../packages/gateway/test/redis/links.ts';
import { startIncodeUpstream } from '../../packages/gateway/test/sessions/incode-upstream.ts';
import { incodeInput } from '../../packages/gateway/test/sessions/support.ts';
import { startReloading } from '../../packages/gateway/test/setting/reloading.ts';
import { createAuthority } from '../../packages/gateway/test/tls/authority.ts';
import { isLong, longReason } from '../../scripts/effort.ts';
import { headingAnchor } from '../../scripts/heading-anchor.ts';

interface Target {
  readonly expr: string;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly Target[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

const DOCS = join(import.meta.dirname, '..');
const ALERTS_FILE = join(DOCS, 'prometheus/alerts.yaml');
const dashboard: Dashboard = JSON.parse(readFileSync(join(DOCS, 'grafana/countersign.json'), 'utf8'));
const alerts: readonly Alert[] = parse(readFileSync(ALERTS_FILE, 'utf8')).groups[0].rules;
const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets),
  ...dashboard.annotations.list,
].map(({ expr }) => expr);

/** As Grafana does where everything is chosen. */
function filledIn(query: string): string {
  return query.replaceAll('$__rate_interval', '1m').replaceAll(/\$(instance|gate)\b/g, '.*');
}

/** What cannot be there is told by silence: a gateway that is well has no such series. */
const SILENT_WHEN_WELL = [dashboard.annotations.list[0]?.expr];

const STORE_KEY = 'ab'.repeat(32);
const FAR = '2035-01-01T00:00:00Z';

describe('the dashboard of docs/grafana', () => {
  it('has panels that say what they show, side by side without an overlap', () => {
    const taken = new Set<string>();
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, type, description = '', gridPos } of dashboard.panels) {
      if (type !== 'row') expect(description, title).toMatch(/^[A-Z].{15,}\.$/);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x).toBeLessThan(24);
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
    }
  });

  it('names no variable that it does not have', () => {
    const named = new Set(dashboard.templating.list.map(({ name }) => name));
    const text = JSON.stringify(dashboard).replaceAll(/\$__\w+/g, '');
    for (const [, name = ''] of text.matchAll(/\$\{?(\w+)/g)) expect(named).toContain(name);
  });

  it('shows every metric of docs/metrics.md, but for limits that need no line', () => {
    const page = readFileSync(join(DOCS, 'metrics.md'), 'utf8');
    const text = queries.join('\n');
    const unseen = [...page.matchAll(/^\| `([a-z_]+)(?:\{[a-z, ]+\})?` \| (?:counter|gauge|histogram) \|/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !text.includes(name));
    expect(unseen).toEqual([
      'countersign_sender_probes_total',
      'countersign_claims_given_up_total',
      'countersign_refused_left_out_total',
      'countersign_gate_monitors',
      'countersign_store_queue_age_seconds',
      'countersign_session_token_state',
      'countersign_connections_limit',
      'countersign_body_bytes_limit',
      'process_max_fds',
    ]);
  });

  it.skipIf(leaveOut || leaveOutRedis || !isLong)(
    `has queries that all give series of a gateway with traffic, and so do the expressions of alerts${longReason || whyLeftOut || redisReason}`,
    { timeout: 120_000 },
    async () => {
      const upstream = await startIncodeUpstream();
      let status = 200;
      const shop = await startUpstream((_request, response) => void response.writeHead(status).end());
      const redis = await startRedis({ appendonly: 'no' });
      onTestFinished(() => redis.close());
      const tenants = temporaryDir();
      writeFileSync(join(tenants, 'acme.json'), JSON.stringify({ keys: [{ secret: SECRET }] }));
      const authority = createAuthority('authority');
      const { certFile: cert, keyFile: key } = authority.issue('gateway', 'IP:127.0.0.1');
      const { gateway } = await startReloading({
        listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0', adminTls: { cert, key } },
        gates: {
          github: {
            path: '/github',
            provider: 'github',
            keys: [
              { id: 'now', secret: SECRET },
              { id: 'old', secret: `${SECRET} of old`, state: 'retiring', until: FAR },
            ],
            keep: { deliver: [{ name: 'shop', to: shop.url, retries: [] }] },
          },
          watched: {
            path: '/watched',
            provider: 'hmac',
            mode: 'monitor',
            keys: [{ secret: SECRET }],
            respond: { status: 200 },
          },
          moving: {
            path: '/moving',
            provider: 'hmac',
            replay: { whenUnavailable: 'accept' },
            keys: [{ secret: SECRET }],
            accept: [{ provider: 'github', keys: [{ secret: SECRET }], until: FAR }],
            shadow: { provider: 'stripe', keys: [{ secret: SECRET }] },
            respond: { status: 200 },
          },
          customers: {
            path: '/customers/:tenant',
            provider: 'hmac',
            keysFrom: { folder: tenants },
            respond: { status: 200 },
          },
        },
        storeKey: STORE_KEY,
        claims: { address: addressOf(redis), timeout: '30s' },
        sessions: { incode: incodeInput(upstream.url) },
        telemetry: { otlp: `${shop.url}/v1/traces`, sample: 1 },
      });
      const prometheus = await startPrometheus(gateway, authority.caFile);
      let id = 0;
      const traffic = async (): Promise<void> => {
        for (const fault of [undefined, 'tampered'] as const) {
          const body = JSON.stringify({ id: ++id });
          const options = { secret: SECRET, nowMs: Date.now(), id: `${id}`, body, path: '/github' };
          await sendSigned(githubRequest({ ...options, ...(fault && { fault }) }), gateway.publicUrl);
        }
        await send(`${gateway.publicUrl}/watched`, { headers: {}, body: 'x' });
        await send(`${gateway.publicUrl}/moving`, { headers: hmacHeaders('x'), body: 'x' });
        await send(`${gateway.publicUrl}/customers/acme`, { headers: hmacHeaders('x'), body: 'x' });
        await send(`${gateway.publicUrl}/fetch-score?interviewId=int-1`, { method: 'GET' });
        status = status === 200 ? 500 : 200;
      };
      const silent = async (): Promise<readonly string[]> => {
        await traffic();
        const results = await Promise.all(
          queries.map(async (query) => ({ query, values: await prometheus.values(filledIn(query)) })),
        );
        return results.filter(({ values }) => values.length === 0).map(({ query }) => query);
      };
      await expect
        .poll(silent, { timeout: 60_000, interval: 1_000 })
        .toEqual(queries.filter((query) => SILENT_WHEN_WELL.includes(query)));
      // An alert is silent where all is well: each series that it looks at is there, for the comparison to speak of.
      for (const { alert, expr } of alerts)
        for (const [selector] of expr.matchAll(/[a-z_]+(?:\{[^}]*\})?(?=[\s[)]|$)/g))
          if (/^(countersign|process)_/.test(selector) && !selector.includes('intake-full'))
            expect(await prometheus.values(selector), `${alert}: ${selector}`).not.toEqual([]);
    },
  );
});

/** Each alert fires where it must, and nowhere else. */
const TESTS = `
rule_files: [${ALERTS_FILE}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'up{job="countersign",instance="gone"}', values: '1x10 0x110' }
      - { series: 'up{job="countersign",instance="a"}', values: '1x120' }
      - { series: 'process_start_time_seconds{job="countersign",instance="restarting"}', values: '1x10 2x2 3x2 4x105' }
      - { series: 'process_start_time_seconds{job="countersign",instance="a"}', values: '1x60 2x60' }
      - { series: 'countersign_store_up{instance="a"}', values: '1x10 0x30 1x80' }
      - { series: 'countersign_store_writes_rejected_total{instance="b",reason="failed"}', values: '0x10 5x110' }
      - { series: 'countersign_claims_server_up{instance="a"}', values: '1x10 0x110' }
      - { series: 'countersign_claims_server_up{instance="b"}', values: '1x120' }
      - { series: 'countersign_store_free_bytes{instance="a"}', values: '50000000000x120' }
      - { series: 'countersign_store_free_bytes{instance="full"}', values: '900000000x120' }
      - { series: 'countersign_store_free_bytes{instance="filling"}', values: '50000000000-100000000x120' }
      - { series: 'countersign_keys_usable{instance="a",gate="good"}', values: '1x120' }
      - { series: 'countersign_keys_usable{instance="a",gate="bare"}', values: '1x10 0x110' }
      - { series: 'countersign_key_until_timestamp_seconds{instance="a",gate="g",key="used"}', values: '200000x120' }
      - { series: 'countersign_key_until_timestamp_seconds{instance="a",gate="g",key="unused"}', values: '200000x120' }
      - { series: 'countersign_key_until_timestamp_seconds{instance="a",gate="g",key="never"}', values: '200000x120' }
      - { series: 'countersign_key_until_timestamp_seconds{instance="a",gate="g",key="far"}', values: '900000x120' }
      - { series: 'countersign_key_until_timestamp_seconds{instance="a",gate="g",key="ended"}', values: '60x120' }
      - { series: 'countersign_key_unused_seconds{instance="a",gate="g",key="used"}', values: '10x120' }
      - { series: 'countersign_key_unused_seconds{instance="a",gate="g",key="unused"}', values: '100000x120' }
      - { series: 'countersign_key_unused_seconds{instance="a",gate="g",key="far"}', values: '10x120' }
      - { series: 'countersign_key_unused_seconds{instance="a",gate="g",key="ended"}', values: '10x120' }
      - { series: 'countersign_certificate_expires_timestamp_seconds{instance="a",listener="public"}', values: '500000x120' }
      - { series: 'countersign_certificate_expires_timestamp_seconds{instance="a",listener="admin"}', values: '900000x120' }
      - { series: 'countersign_certificate_expires_timestamp_seconds{instance="expired",listener="public"}', values: '60x120' }
      - { series: 'countersign_requests_total{instance="a",gate="bad",verdict="refused",reason="signature-mismatch"}', values: '0+2x120' }
      - { series: 'countersign_requests_total{instance="a",gate="bad",verdict="accepted",reason=""}', values: '7x120' }
      - { series: 'countersign_requests_total{instance="a",gate="good",verdict="refused",reason="signature-mismatch"}', values: '0+2x120' }
      - { series: 'countersign_requests_total{instance="a",gate="good",verdict="accepted",reason=""}', values: '0+1x120' }
      - { series: 'countersign_requests_total{instance="a",gate="repeats",verdict="refused",reason="replayed"}', values: '0+2x120' }
      - { series: 'countersign_requests_total{instance="a",gate="",verdict="refused",reason="no-gate"}', values: '0+9x120' }
      - { series: 'countersign_requests_total{instance="crowded",gate="good",verdict="refused",reason="intake-full"}', values: '0x10 0+3x110' }
      - { series: 'countersign_requests_total{instance="crowded",gate="good",verdict="accepted",reason=""}', values: '0+3x120' }
      - { series: 'countersign_deliveries_overdue{instance="a"}', values: '0x10 1x110' }
      - { series: 'countersign_deliveries_overdue{instance="b"}', values: '0x120' }
      - { series: 'countersign_deliveries_dead{instance="a",destination="shop"}', values: '0x120' }
      - { series: 'countersign_deliveries_dead{instance="a",destination="crm"}', values: '0x10 3x110' }
      - { series: 'countersign_destination_state{instance="a",destination="shop",state="disabled"}', values: '0x120' }
      - { series: 'countersign_destination_state{instance="a",destination="crm",state="disabled"}', values: '0x10 1x110' }
      - { series: 'countersign_destination_state{instance="a",destination="erp",state="paused"}', values: '1x120' }
      - { series: 'countersign_session_login_failures{instance="a",session="incode"}', values: '0x10 5x110' }
      - { series: 'countersign_session_login_failures{instance="a",session="other"}', values: '2x120' }
      - { series: 'countersign_event_loop_busy_seconds_total{instance="a"}', values: '0+30x120' }
      - { series: 'countersign_event_loop_busy_seconds_total{instance="busy"}', values: '0+58x120' }
      - { series: 'process_open_fds{job="countersign",instance="a"}', values: '100x120' }
      - { series: 'process_open_fds{job="countersign",instance="many"}', values: '950x120' }
      - { series: 'process_max_fds{job="countersign",instance="a"}', values: '1024x120' }
      - { series: 'process_max_fds{job="countersign",instance="many"}', values: '1024x120' }
    promql_expr_test:
`;

/** By alert: when it is looked at, and the labels of what has fired by then. */
const FIRING: Readonly<Record<string, readonly [at: string, by: string, labels: readonly string[]]>> = {
  CountersignDown: ['15m', 'instance', ['{instance="gone"}']],
  CountersignRestarts: ['20m', 'instance', ['{instance="restarting"}']],
  CountersignKeepsNothing: ['12m', 'instance', ['{instance="a"}', '{instance="b"}']],
  CountersignClaimsDown: ['15m', 'instance', ['{instance="a"}']],
  CountersignDiskFills: ['60m', 'instance', ['{instance="filling"}', '{instance="full"}']],
  CountersignNoUsableKey: ['20m', 'gate', ['{gate="bare"}']],
  CountersignKeyEnds: ['20m', 'key', ['{key="used"}']],
  CountersignCertificateExpires: ['20m', 'instance', ['{instance="a"}', '{instance="expired"}']],
  CountersignGateRefusesAll: ['30m', 'gate', ['{gate="bad"}']],
  CountersignTurnsAway: ['30m', 'instance', ['{instance="crowded"}']],
  CountersignDeliveriesOverdue: ['15m', 'instance', ['{instance="a"}']],
  CountersignDeadLetters: ['30m', 'destination', ['{destination="crm"}']],
  CountersignDestinationOff: ['15m', 'destination', ['{destination="crm"}']],
  CountersignSessionLockedOut: ['20m', 'session', ['{session="incode"}']],
  CountersignLoopBusy: ['30m', 'instance', ['{instance="busy"}']],
  CountersignFewFilesLeft: ['20m', 'instance', ['{instance="many"}']],
};

describe('the alerts of docs/prometheus', () => {
  it.skipIf(leaveOut)(`are rules for promtool${whyLeftOut}`, () => {
    expect(promtool(['check', 'rules', ALERTS_FILE])).toBe('');
  });

  it.skipIf(leaveOut)(`fire where they must and nowhere else, each of them${whyLeftOut}`, () => {
    expect(Object.keys(FIRING)).toEqual(alerts.map(({ alert }) => alert));
    const file = join(temporaryDir(), 'tests.yml');
    const rows = Object.entries(FIRING).map(([alert, [at, by, labels]]) => {
      const samples = labels.map((each) => `{ labels: '${each}', value: 1 }`).join(', ');
      const query = `count by (${by}) (ALERTS{alertname="${alert}",alertstate="firing"})`;
      return `      - { expr: '${query}', eval_time: ${at}, exp_samples: [${samples}] }\n`;
    });
    writeFileSync(file, TESTS + rows.join(''));
    expect(promtool(['test', 'rules', file])).toBe('');
    writeFileSync(file, (TESTS + rows.join('')).replace('{key="used"}', '{key="unused"}'));
    expect(promtool(['test', 'rules', file])).not.toBe('');
  });

  it.each(alerts)('$alert says what happened and leads to what to do', ({ alert, labels, annotations }) => {
    const { summary = '', description = '', runbook_url: runbook = '' } = annotations;
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(summary).not.toMatch(/\.$/);
    expect(description).toMatch(/\.$/);
    const operate = readFileSync(join(DOCS, 'operate.md'), 'utf8');
    const anchors = [...operate.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => headingAnchor(heading));
    expect(runbook).toBe(
      `https://github.com/countersign/countersign/blob/main/docs/operate.md#${headingAnchor(alert)}`,
    );
    expect(anchors).toContain(headingAnchor(alert));
  });
});
