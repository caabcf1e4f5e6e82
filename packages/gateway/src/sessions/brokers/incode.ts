/** The broker for Incode: its token server's routes. What they do is in `incode/`, loaded when a session is opened. */
import type { Finding } from '../../config/finding.ts';
import type { Secret } from '../../config/secret.ts';
import { DAY, type DurationText } from '../../config/units.ts';
import { isGiven, type ValuePath } from '../../config/value-path.ts';
import type { Broker, BrokerMembers } from '../broker.ts';
import {
  addressMember,
  durationMember,
  originsMember,
  requiredSecret,
  secretMember,
  textMember,
} from '../broker-members.ts';
import type { IncodePath, IncodeSettings } from './incode/settings.ts';

export type { IncodeSettings } from './incode/settings.ts';

export interface IncodeInput {
  /** incode: the API's base URL. */
  readonly apiUrl?: string;
  /** incode: the API key, sent with each call to the API. */
  readonly apiKey?: string;
  /** The client's id, as the vendor gave it. */
  readonly clientId?: string;
  /** incode: the flow, from the dashboard. */
  readonly flowId?: string;
  /** incode: an executive's token; or `adminEmail` and `adminPassword`, so that tokens are fetched and renewed. */
  readonly adminToken?: string;
  /** incode: the executive who logs in where there is no `adminToken`. */
  readonly adminEmail?: string;
  /** incode: the password that goes with `adminEmail`. */
  readonly adminPassword?: string;
  /** incode: origins to which people may be redirected at the end; a list, or a text with commas. Default: none. */
  readonly redirects?: string | readonly string[];
  /** incode: how long the same interview is returned for an id. Default `24h`. */
  readonly life?: DurationText;
}

export interface IncodeParsed {
  readonly apiUrl?: string;
  readonly apiKey?: Secret | undefined;
  readonly clientId?: string | undefined;
  readonly flowId?: string | undefined;
  readonly adminToken?: Secret | undefined;
  readonly adminEmail?: string | undefined;
  readonly adminPassword?: Secret | undefined;
  readonly redirects?: readonly string[];
  readonly life?: number;
}

const LIFE: DurationText = '24h';

export const incode: Broker<
  BrokerMembers<IncodeInput, IncodeParsed>,
  IncodeParsed,
  IncodeSettings,
  IncodePath
> = {
  id: 'incode',
  members: () => ({
    apiUrl: addressMember('incode: the base URL of the API.'),
    apiKey: secretMember('incode: the API key.'),
    clientId: textMember('The client’s id.'),
    flowId: textMember('incode: the flow’s id, from the dashboard.'),
    adminToken: secretMember('incode: an executive’s token. Give this, or adminEmail and adminPassword.'),
    adminEmail: textMember('incode: the executive that logs in.'),
    adminPassword: secretMember('incode: the executive’s password.'),
    redirects: originsMember(
      'incode: origins to which people may be redirected at the end: a list, or a text with commas.',
    ),
    life: durationMember('incode: how long the same interview is returned for an id.', 30 * DAY, LIFE),
  }),
  required: ['apiUrl', 'apiKey', 'clientId', 'flowId'],
  auth: {
    expected: 'what its webhooks send, e.g. { secret: … }; or none, by name',
    noneWarning:
      'auth is none: webhooks are taken from anybody. What they say is not believed; the score is fetched.',
    noneLogged: 'webhooks are taken from anybody (auth: none)',
  },
  keepsEvents: true,
  routes: [
    { method: 'GET', path: '/start', caller: 'page', isGuarded: false },
    { method: 'GET', path: '/onboarding-url', caller: 'page', isGuarded: false },
    { method: 'GET', path: '/onboarding-status', caller: 'page', isGuarded: false },
    { method: 'GET', path: '/fetch-score', caller: 'page', isGuarded: false },
    { method: 'POST', path: '/auth', caller: 'page', isGuarded: false },
    { method: 'POST', path: '/webhook', caller: 'vendor', isGuarded: true },
    { method: 'POST', path: '/approve', caller: 'vendor', isGuarded: true },
  ],
  rules: adminRules,
  defaultOrigins: ({ redirects = [] }) => redirects,
  settings: ({ apiUrl = '', apiKey, clientId = '', flowId = '', redirects = [], life, ...admin }) => ({
    broker: 'incode',
    apiUrl,
    apiKey: requiredSecret(apiKey),
    clientId,
    flowId,
    admin:
      admin.adminToken === undefined
        ? { kind: 'log-in', email: admin.adminEmail ?? '', password: requiredSecret(admin.adminPassword) }
        : { kind: 'token', token: admin.adminToken },
    redirects,
    lifeMs: life ?? DAY,
  }),
  async open(settings, parts) {
    const { openIncode } = await import('./incode/open-incode.ts');
    return openIncode(settings, parts);
  },
};

function adminRules(path: ValuePath, session: Readonly<Record<string, unknown>>): readonly Finding[] {
  const [token, email, password] = ['adminToken', 'adminEmail', 'adminPassword'].map((name) =>
    isGiven(session[name]),
  );
  const expected = 'adminToken, or adminEmail and adminPassword';
  if (token && (email || password)) return [{ path, problem: 'has both adminToken and a log-in', expected }];
  if (token || (email && password)) return [];
  return [{ path, problem: 'has no admin token: scores cannot be read without one', expected }];
}
