/** Browsers that log in to a real admin listener, and what they send by themselves. */
import crypto from 'node:crypto';
import type { LoggedInView, Role } from '@countersign/api';
import type { AdminInput } from '../../../src/config/config-input.ts';
import { passwordHashText } from '../../../src/passwords/password-hash.ts';
import { type Answer, send, start, type TestGateway, type TestOptions } from '../../harness.ts';

export const TOKEN = 'a-token-of-this-test';
export const PASSWORD = 'correct horse';

/** The cheapest that is taken: tests try many. */
export function hashOf(password: string, salt = 'salt of a test'): string {
  const costs = { memoryKib: 7_168, passes: 1, parallelism: 1, salt: new TextEncoder().encode(salt) };
  const tag = crypto.argon2Sync('argon2id', {
    message: password,
    nonce: costs.salt,
    memory: costs.memoryKib,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  return passwordHashText({ ...costs, tag: new Uint8Array(tag) });
}

export const USERS: NonNullable<AdminInput['users']> = (['viewer', 'operator', 'admin'] as const).map(
  (role) => ({ name: `the ${role}`, password: hashOf(PASSWORD), role }),
);

export async function startConsole(admin: AdminInput = {}, options: TestOptions = {}): Promise<TestGateway> {
  return start(
    { g: { path: '/g', provider: 'none', respond: { status: 204 } } },
    { store: 'memory:', admin: { token: TOKEN, users: USERS, ...admin }, ...options },
  );
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Keeps cookies as a browser does, and sends Origin with what is no GET. */
export class Browser {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly cookies = new Map<string, string>();
  csrf = '';
  /** Set-Cookie of the last answer. */
  set: readonly string[] = [];

  constructor(
    { adminUrl = '' }: Pick<TestGateway, 'adminUrl'>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#url = adminUrl;
    this.#headers = headers;
  }

  async ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(`${this.#url}${path}`, {
      method,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(method !== 'GET' && { origin: this.#url, 'sec-fetch-site': 'same-origin' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      body: body === undefined ? '' : JSON.stringify(body),
    });
    this.set = answer.headers['set-cookie'] ?? [];
    for (const field of this.set) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? [];
      if (field.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  async logIn(name: string, password: string = PASSWORD): Promise<Answer> {
    const answer = await this.ask('/api/session', { method: 'POST', body: { name, password } });
    if (answer.status === 200) this.csrf = (JSON.parse(answer.text) as LoggedInView).csrf ?? '';
    return answer;
  }

  change(path: string, method: string, body?: unknown): Promise<Answer> {
    return this.ask(path, { method, body, headers: { 'countersign-csrf': this.csrf } });
  }
}

export async function loggedIn(gateway: TestGateway, role: Role): Promise<Browser> {
  const browser = new Browser(gateway);
  const { status } = await browser.logIn(`the ${role}`);
  if (status !== 200) throw new Error(`the ${role} was not let in: ${status}`);
  return browser;
}
