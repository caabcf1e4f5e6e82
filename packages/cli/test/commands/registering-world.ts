// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** A platform that takes registrations of actions, a gateway that answers its tests, and somebody at a terminal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { createFlowentClient, type FlowentApi, Secret } from '@countersign/gateway/flowent';
import { type FlowentPlatform, startFlowentPlatform } from '@countersign/sandbox';
import { onTestFinished } from 'vitest';
import type { Io } from '../../src/io.ts';
import { runCli } from '../../src/run-cli.ts';
import { newFolder, type Ran } from '../support.ts';

export const CONFIG = `
listen: { public: "127.0.0.1:\${env:GATE_PORT:-0}", admin: off }
publicUrl: "\${env:PUBLIC_URL}"
store: ":memory:"
log: { level: silent }
gates:
  flowent:
    path: /actions/:action
    provider: flowent
    keys: [{ id: main, secret: "\${env:HMAC_KEY}" }]
    answer:
      actions: ./actions.mjs
      register: { apiUrl: "\${env:API_URL}", apiToken: "\${env:API_TOKEN}" }
`;

/** Somebody else's action server, which passes every test. */
const THEIRS = 'https://theirs.example.com/run';

interface ActionText {
  readonly name: string;
  readonly description?: string;
  readonly input?: object;
}

/** A project’s folder. Each has its own: the runtime loads a module once. */
export const project = (actions: readonly ActionText[], config = CONFIG): string => {
  const folder = newFolder();
  writeFileSync(join(folder, 'countersign.yaml'), config);
  writeModule(folder, actions);
  return folder;
};

export const writeModule = (folder: string, actions: readonly ActionText[]): void => {
  const texts = actions.map(({ name, description = `Does ${name}.`, input = { type: 'object' } }) => {
    const declared = JSON.stringify({ name, description, input });
    return `{ ...${declared}, run: () => 'ran ${name}' }`;
  });
  writeFileSync(join(folder, 'actions.mjs'), `export default [${texts.join(',\n')}];\n`);
};

export interface World {
  readonly platform: FlowentPlatform;
  /** A second look at the platform, as another tool would have it. */
  readonly api: FlowentApi;
  readonly gateway: Gateway;
  readonly env: Readonly<Record<string, string>>;
  /** Calls of the API that change something. */
  readonly changes: string[];
  /** Resolves when the platform has heard this call next. */
  heard(route: string): Promise<void>;
}

export const EMAIL = {
  name: 'send_email',
  description: 'Sends an email.',
  input: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
};
export const WEATHER = { name: 'get_weather' };

/** A platform, and a gateway that serves `send_email`, `get_weather` and what is given besides. */
export const start = async (served: readonly ActionText[] = []): Promise<World> => {
  const changes: string[] = [];
  const listening = new Map<string, () => void>();
  const platform = await startFlowentPlatform({
    fetch: async (url, init) => {
      if (String(url) !== THEIRS) return fetch(url, init);
      const { action_name } = JSON.parse(Buffer.from(init?.body as Uint8Array).toString()) as {
        action_name: string;
      };
      return Response.json({ result: `Test successful for action: ${action_name}`, error: '' });
    },
    onCall: ({ method, path, status, route }) => {
      listening.get(route ?? '')?.();
      const changed = path.split('/gateway')[1];
      if (method !== 'GET' && changed !== '/token/exchange') changes.push(`${method} ${changed} ${status}`);
    },
  });
  onTestFinished(() => platform.close());
  const [{ apiToken, hmacKey }] = platform.tenants;
  const env = {
    API_URL: platform.baseUrl,
    API_TOKEN: apiToken,
    HMAC_KEY: hmacKey,
    PUBLIC_URL: 'http://127.0.0.1:1',
  };
  const cwd = project([EMAIL, WEATHER, ...served]);
  const gateway = await startGateway({ config: (await loadConfig({ cwd, env })).config });
  onTestFinished(() => gateway.close());
  const api = createFlowentClient({ apiUrl: platform.baseUrl, apiToken: new Secret(apiToken) });
  return {
    platform,
    api,
    gateway,
    env: { ...env, PUBLIC_URL: gateway.publicUrl },
    changes,
    heard: (route) => new Promise((resolve) => listening.set(route, resolve)),
  };
};

export const theirs = (name: string): Parameters<FlowentApi['create']>[0] => ({
  name,
  description: `Theirs: ${name}.`,
  webhook_url: THEIRS,
  json_schema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
});

export const handshakes = ({ gateway }: World): number | undefined => gateway.gates[0]?.counts.handshakes;

interface AtTerminal {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is typed, and when. Default: nothing, and the terminal is closed. */
  readonly typed?: string | (() => Promise<string>);
  /** Is given what would send a signal. */
  readonly onStop?: (stop: () => void) => void;
  /** Is told of all that is printed so far. */
  readonly onPrint?: (text: string) => void;
}

/** Runs the command line as somebody at a terminal would. */
export const atTerminal = async ({ args, cwd, env, typed = '', ...rest }: AtTerminal): Promise<Ran> => {
  let out = '';
  let err = '';
  const stream = (add: (text: string) => void): Io['stdout'] => ({
    isTTY: true,
    write: (chunk) => {
      add(Buffer.from(chunk as Uint8Array).toString());
      rest.onPrint?.(out + err);
      return true;
    },
    once: () => undefined,
  });
  const io: Io = {
    env: { NO_COLOR: '1', ...env },
    cwd,
    stdin: {
      isTTY: true,
      async *[Symbol.asyncIterator]() {
        const line = typeof typed === 'string' ? typed : await typed();
        if (line === '') return;
        yield line;
        // A terminal stays open: whoever reads on waits for ever.
        await new Promise(() => {});
      },
    },
    stdout: stream((text) => {
      out += text;
    }),
    stderr: stream((text) => {
      err += text;
    }),
    now: Date.now,
    monotonicMs: () => performance.now(),
    fetch: globalThis.fetch,
    onService: ({ stop }) => {
      rest.onStop?.(() => stop());
      return () => {};
    },
    onStop: (stop) => {
      rest.onStop?.(stop);
      return () => {};
    },
    onUncaught: () => {},
    exit: (code) => {
      throw new Error(`the process would end with ${code}`);
    },
  };
  return { code: await runCli(args, io), out, err };
};
