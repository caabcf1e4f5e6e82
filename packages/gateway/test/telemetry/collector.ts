/** A collector for OTLP over HTTP: reads what it is sent strictly, as the specification has it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { later, listen } from '../harness.ts';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
}

export interface Collector {
  readonly url: string;
  readonly spans: CollectedSpan[];
  /** Of each call. */
  readonly headers: IncomingHttpHeaders[];
  readonly paths: string[];
  /** Of each call, as they came. */
  readonly bodies: string[];
  /** What it answers. */
  status: number;
  /** Those of one trace, from the outermost. */
  traceOf(name: string): readonly CollectedSpan[];
  resource: Readonly<Record<string, string | number>>;
}

export async function startCollector(): Promise<Collector> {
  const collector: Collector = {
    url: '',
    spans: [],
    headers: [],
    paths: [],
    bodies: [],
    status: 200,
    resource: {},
    traceOf(name) {
      const root = collector.spans.find((span) => span.name === name);
      return root === undefined ? [] : collector.spans.filter(({ traceId }) => traceId === root.traceId);
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      collector.headers.push(request.headers);
      collector.paths.push(request.url ?? '');
      const body = Buffer.concat(chunks).toString('utf8');
      collector.bodies.push(body);
      if (collector.status === 200) collector.spans.push(...spansIn(JSON.parse(body), collector));
      response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(collector, { url: await listen(server) });
}

type Json = Record<string, unknown>;

function spansIn(body: Json, collector: { resource: Collector['resource'] }): CollectedSpan[] {
  expect(Object.keys(body)).toEqual(['resourceSpans']);
  return (body['resourceSpans'] as Json[]).flatMap(({ resource, scopeSpans, ...rest }) => {
    expect(rest).toEqual({});
    collector.resource = attributesIn((resource as Json)['attributes']);
    return (scopeSpans as Json[]).flatMap(({ scope, spans }) => {
      expect((scope as Json)['name']).toBe('countersign');
      return (spans as Json[]).map(spanIn);
    });
  });
}

const MEMBERS = [
  'traceId',
  'spanId',
  'parentSpanId',
  'name',
  'kind',
  'startTimeUnixNano',
  'endTimeUnixNano',
  'attributes',
  'links',
  'status',
];

function spanIn(span: Json): CollectedSpan {
  for (const member of Object.keys(span)) expect(MEMBERS).toContain(member);
  const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano } = span;
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  if (parentSpanId !== undefined) expect(parentSpanId).toMatch(/^[0-9a-f]{16}$/);
  for (const time of [startTimeUnixNano, endTimeUnixNano]) expect(time).toMatch(/^\d{19}$/);
  const links = (span['links'] ?? []) as CollectedSpan['links'];
  for (const link of links) {
    expect(link.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(link.spanId).toMatch(/^[0-9a-f]{16}$/);
  }
  const startNs = BigInt(String(startTimeUnixNano));
  const endNs = BigInt(String(endTimeUnixNano));
  expect(endNs >= startNs).toBe(true);
  return {
    traceId: String(traceId),
    spanId: String(spanId),
    parentSpanId: parentSpanId === undefined ? undefined : String(parentSpanId),
    name: String(name),
    kind: Number(kind),
    startNs,
    endNs,
    attributes: attributesIn(span['attributes']),
    links,
    isError: (span['status'] as Json)['code'] === 2,
  };
}

function attributesIn(list: unknown): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    (list as { readonly key: string; readonly value: Json }[]).map(({ key, value }) => {
      const [[kind, content] = ['', '']] = Object.entries(value);
      expect(['stringValue', 'intValue']).toContain(kind);
      if (kind === 'intValue') expect(content).toMatch(/^-?\d+$/);
      return [key, kind === 'intValue' ? Number(content) : String(content)];
    }),
  );
}
