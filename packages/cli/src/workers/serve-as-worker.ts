/** A worker of `serve --workers`: a gateway that is told what to do by the first process, and ends with it. */
import type { Worker } from 'node:cluster';
import {
  type Config,
  type ConfigSource,
  type Gateway,
  type LiveSource,
  Secret,
  type SharedWithSiblings,
  type SiblingQuestion,
} from '@countersign/gateway';
import type { Call } from '../command.ts';
import { openConfiguration } from '../config-gate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { startConfigured } from '../start-configured.ts';
import { LiveRelay } from './live-relay.ts';
import type { FromWorker, LiveBatch, ToWorker, WorkerText } from './messages.ts';

/** The worker that has the admin listener. */
const FIRST = 1;

/** @param tellOf what a person is told of the gateway, by the first worker alone */
export async function serveAsWorker(
  { args, io }: Call,
  worker: Worker,
  tellOf: (gateway: Gateway, source: ConfigSource) => Promise<void>,
): Promise<ExitCode> {
  const orders = new Orders(worker);
  io.onService({ stop: () => {}, hungUp: () => {} });
  const { number, adminToken } = await orders.start();
  const isFirst = number === FIRST;
  const source = asWorker(await openConfiguration(args.text('config'), io), {
    isFirst,
    adminToken,
    onLoad: () => tell(worker, { kind: 'reloading' }),
  });
  const gateway = await startConfigured(source, {
    watch: false,
    hasSandbox: false,
    siblings: {
      number,
      ask: (question) => orders.others(question),
      share: (shared) => orders.share(shared),
      follow: orders.follow,
    },
  });
  orders.serve(gateway);
  if (isFirst) await tellOf(gateway, source);
  tell(worker, { kind: 'ready' });
  await orders.ended;
  await gateway.drain();
  await orders.tellRest();
  worker.disconnect();
  return EXIT.ok;
}

interface WorkerPart {
  readonly isFirst: boolean;
  readonly adminToken: string;
  /** The configuration is read again. */
  readonly onLoad: () => void;
}

/** The configuration of a worker: one of them has the admin listener, and all its token. */
function asWorker(source: ConfigSource, { isFirst, adminToken, onLoad }: WorkerPart): ConfigSource {
  const change = (config: Config): Config => {
    const { admin: _, ...listen } = config.listen;
    const admin = { ...config.admin, token: new Secret(adminToken) };
    return { ...config, admin, listen: isFirst ? config.listen : listen };
  };
  return {
    ...source,
    loaded: { ...source.loaded, config: change(source.loaded.config) },
    async load() {
      // The others read it as well: who asks by the admin API has asked this one.
      if (isFirst) onLoad();
      const loaded = await source.load();
      return { ...loaded, config: change(loaded.config) };
    },
  };
}

/** Who is told what happens at other workers. */
interface Follower {
  readonly push: Parameters<LiveSource>[0];
  readonly lose: Parameters<LiveSource>[1];
}

/** What the first process says. */
class Orders {
  readonly #worker: Worker;
  readonly ended: Promise<void>;
  readonly #started: Promise<Extract<ToWorker, { readonly kind: 'start' }>>;
  readonly #asked = new Map<number, (texts: readonly WorkerText[]) => void>();
  readonly relay: LiveRelay;
  readonly #followers = new Set<Follower>();
  #gateway: Gateway | undefined;
  /** Asked for before there was a gateway, which had perhaps read the configuration already. */
  #isReloadDue = false;
  #shared: SharedWithSiblings | undefined;
  #lastId = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.relay = new LiveRelay((batch) => tell(worker, { kind: 'happened', batch }));
    this.ended = new Promise((resolve) => {
      worker.on('message', ({ kind }: ToWorker) => {
        if (kind === 'drain') resolve();
      });
    });
    this.#started = new Promise((resolve) => {
      worker.on('message', (message: ToWorker) => {
        if (message.kind === 'start') resolve(message);
        else this.#hear(message);
      });
    });
  }

  #hear(message: ToWorker): void {
    switch (message.kind) {
      case 'reload':
        if (this.#gateway === undefined) this.#isReloadDue = true;
        else void this.#gateway.reload('program');
        return;
      case 'asked':
        void this.#answer(message.id, message.question);
        return;
      case 'others':
        this.#asked.get(message.id)?.(message.texts);
        return;
      case 'followed':
        this.relay.follow(message.isFollowed);
        return;
      case 'taken':
        this.relay.taken();
        return;
      case 'happened':
        this.#happened(message.batch);
        tell(this.#worker, { kind: 'took', from: message.from });
        return;
      case 'start':
      case 'drain':
        return;
    }
  }

  start(): Promise<Extract<ToWorker, { readonly kind: 'start' }>> {
    tell(this.#worker, { kind: 'up' });
    return this.#started;
  }

  serve(gateway: Gateway): void {
    this.#gateway = gateway;
    if (this.#isReloadDue) void gateway.reload('program');
  }

  share(shared: SharedWithSiblings): void {
    this.#shared = shared;
    this.relay.share(shared.live);
  }

  /** What the other workers answer. */
  async others(question: SiblingQuestion): Promise<readonly WorkerText[]> {
    const id = ++this.#lastId;
    const texts = await new Promise<readonly WorkerText[]>((resolve) => {
      this.#asked.set(id, resolve);
      tell(this.#worker, { kind: 'ask-others', id, question });
    });
    this.#asked.delete(id);
    return texts;
  }

  /** Follows what happens at the other workers. */
  readonly follow: LiveSource = (push, lose) => {
    const follower = { push, lose };
    this.#followers.add(follower);
    tell(this.#worker, { kind: 'follow', isFollowing: true });
    return () => {
      this.#followers.delete(follower);
      tell(this.#worker, { kind: 'follow', isFollowing: this.#followers.size > 0 });
    };
  };

  /** What has happened here and was not told yet. */
  async tellRest(): Promise<void> {
    this.relay.end();
    // What is told after it has gone before it.
    await new Promise<void>((resolve) => tell(this.#worker, { kind: 'follow', isFollowing: false }, resolve));
  }

  #happened({ views, lost }: LiveBatch): void {
    for (const { push, lose } of this.#followers) {
      if (lost !== 0) lose(lost === 'some' ? undefined : lost);
      for (const view of views) push(view);
    }
  }

  /** One that has not started has nothing to tell, and is left out. */
  async #answer(id: number, question: SiblingQuestion): Promise<void> {
    const answer = question === 'metrics' ? this.#gateway?.metrics() : this.#shared?.answer(question);
    const text = await answer?.catch(() => undefined);
    if (text !== undefined) tell(this.#worker, { kind: 'answer', id, text });
  }
}

function tell(worker: Worker, message: FromWorker, onSent: () => void = () => {}): void {
  if (worker.isConnected()) worker.send(message, onSent);
  else onSent();
}
