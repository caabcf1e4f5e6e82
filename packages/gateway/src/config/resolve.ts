/** Fills in the defaults: makes the resolved configuration of what the schema read. */

import { resolve as resolvePath } from 'node:path';
import { vendorOf } from '../vendors/all.ts';
import type {
  Config,
  GateConfig,
  KeyConfig,
  OutcomeConfig,
  ProofConfig,
  RegisterConfig,
  StoreConfig,
} from './config.ts';
import type { ParsedConfig, ParsedGate, ParsedKey } from './parsed-config.ts';
import { resolveSession } from './resolve-session.ts';
import { HOUR, MINUTE, SECOND } from './units.ts';
import { providerIdOf, writtenProof } from './written-proof.ts';

type ParsedRegister = NonNullable<NonNullable<ParsedGate['answer']>['register']>;

export interface ResolveOptions {
  /** Relative paths are relative to this folder. */
  readonly baseDir: string;
}

/** The whole configuration. @param parsed has passed the schema and the rules. */
export function resolveConfig(parsed: ParsedConfig, options: ResolveOptions): Config {
  const { listen = {}, limits = {}, log = {}, admin = {}, replay = {} } = parsed;
  const adminAddress = listen.admin ?? { host: '127.0.0.1', port: 8788 };
  const maxBodyBytes = limits.maxBody ?? 1_048_576;
  const largestBody = Object.values(parsed.gates ?? {}).reduce(
    (largest, { maxBody = 0 }) => Math.max(largest, maxBody),
    maxBodyBytes,
  );
  const requestTimeoutMs = limits.requestTimeout ?? 30 * SECOND;
  return {
    listen: {
      public: listen.public ?? { host: '127.0.0.1', port: 8787 },
      ...(adminAddress === 'off' ? {} : { admin: adminAddress }),
      trustedProxies: listen.trustedProxies ?? [],
    },
    store: resolveStore(parsed.store ?? { kind: 'sqlite', file: './countersign.db' }, options.baseDir),
    limits: {
      maxBodyBytes,
      maxBodyBytesInFlight: limits.maxBodyBytesInFlight ?? Math.max(268_435_456, 3 * largestBody),
      maxRequestsInFlight: limits.maxRequestsInFlight ?? 10_000,
      maxHeaderBytes: limits.maxHeaderBytes ?? 16_384,
      maxHeaders: limits.maxHeaders ?? 100,
      requestTimeoutMs,
      // node:http refuses to start with a longer one.
      headersTimeoutMs: limits.headersTimeout ?? Math.min(10 * SECOND, requestTimeoutMs),
      slowReaderTimeoutMs: limits.slowReaderTimeout ?? 120 * SECOND,
      keepAliveTimeoutMs: limits.keepAliveTimeout ?? 65 * SECOND,
      maxConnections: limits.maxConnections ?? 10_000,
      drainTimeoutMs: limits.drainTimeout ?? 10 * SECOND,
    },
    log: { level: log.level ?? 'info', format: log.format ?? 'auto' },
    admin,
    ...(parsed.publicUrl !== undefined && { publicUrl: parsed.publicUrl }),
    ...(parsed.storeKey !== undefined && { storeKey: parsed.storeKey }),
    replay: { maxClaims: replay.maxClaims ?? 1_000_000 },
    gates: Object.entries(parsed.gates ?? {}).map(([name, gate]) =>
      resolveGate(name, gate, maxBodyBytes, options),
    ),
    sessions: Object.entries(parsed.sessions ?? {}).map(([name, session]) => resolveSession(name, session)),
  };
}

/** The methods of a gate that names none. @param provider as written. @param scheme as written. */
export function defaultMethods(provider: unknown, scheme: unknown): readonly string[] | 'all' {
  return writtenProof(provider, scheme) === 'token' ? 'all' : ['POST'];
}

function resolveStore(store: StoreConfig, baseDir: string): StoreConfig {
  return store.kind === 'memory' ? store : { kind: 'sqlite', file: resolvePath(baseDir, store.file) };
}

function resolveGate(
  name: string,
  gate: ParsedGate,
  maxBodyBytes: number,
  options: ResolveOptions,
): GateConfig {
  const { path, replay = {} } = gate;
  return {
    name,
    path: path.pattern,
    segments: path.segments,
    methods: gate.methods ?? defaultMethods(gate.provider, gate.scheme),
    proof: resolveProof(gate),
    keys: (gate.keys ?? []).map(resolveKey),
    allowShortKey: gate.allowShortKey ?? false,
    maxBodyBytes: gate.maxBody ?? maxBodyBytes,
    ...(gate.cors && { corsOrigins: gate.cors.origins }),
    replay: {
      leaseMs: replay.lease ?? 60 * SECOND,
      rememberMs: replay.remember ?? 24 * HOUR,
      repeat: replay.repeat ?? (gate.keep === undefined ? undefined : 'acknowledge'),
    },
    outcome: resolveOutcome(gate, options.baseDir),
  };
}

function resolveProof({ provider, scheme }: ParsedGate): ProofConfig {
  if (provider === undefined) return { kind: 'scheme', scheme: scheme ?? {} };
  const { id, ...given } = typeof provider === 'string' ? { id: provider } : provider;
  return id === 'none' ? { kind: 'none' } : { kind: 'provider', id, options: given };
}

function resolveKey(key: ParsedKey, index: number): KeyConfig {
  const { id = `key-${index + 1}`, state = 'active', from, until, ...rest } = key;
  return {
    id,
    state,
    ...rest,
    ...(from === undefined ? {} : { fromMs: from }),
    ...(until === undefined ? {} : { untilMs: until }),
  };
}

function resolveOutcome(gate: ParsedGate, baseDir: string): OutcomeConfig {
  const { answer, forward, respond } = gate;
  if (answer !== undefined) {
    const vendor = vendorOf(providerIdOf(gate.provider));
    const { actions, as = vendor.as, list = vendor.asksForActions, register, ...rest } = answer;
    return {
      kind: 'answer',
      actionsFile: resolvePath(baseDir, actions),
      as,
      list,
      ...rest,
      ...(register && { register: resolveRegister(register) }),
    };
  }
  if (forward !== undefined) {
    const { timeout = 30 * SECOND, maxConnections = 256, ...named } = forward;
    const { alsoCommitOn = [], keepProof = false, keepHeaders = [], ...rest } = named;
    const headers = { keepProof, keepHeaders };
    return { kind: 'forward', timeoutMs: timeout, maxConnections, alsoCommitOn, ...headers, ...rest };
  }
  if (respond === undefined) return { kind: 'keep' };
  const isJson = respond.json !== undefined;
  const body = isJson ? JSON.stringify(respond.json) : (respond.body ?? '');
  const contentType = respond.contentType ?? (isJson ? 'application/json' : 'text/plain; charset=utf-8');
  return { kind: 'respond', status: respond.status, body, ...(body === '' ? {} : { contentType }) };
}

function resolveRegister({ every = 10 * MINUTE, ...rest }: ParsedRegister): RegisterConfig {
  return { ...rest, everyMs: every };
}
