/** Prevents: an option whose pages and comments say another meaning or default than the one that is applied. All of it is the schema's. */
import { configSchema } from '../packages/gateway/src/config/schema.ts';
import { type OptionRow, optionsOf } from '../packages/gateway/src/config/schema-walk.ts';

/** Of the three places of a destination the pages have one. */
const DESTINATION = 'gates.NAME.keep.deliver[].';
const OTHER_DESTINATIONS = ['destinations.NAME.', 'sessions.NAME.deliver[].'];

const PARTS: readonly { readonly title: string; readonly below: string }[] = [
  { title: 'At the top of the file', below: '' },
  { title: 'A gate, `gates.NAME`', below: 'gates.NAME.' },
  {
    title: 'A destination, `gates.NAME.keep.deliver[]`, `sessions.NAME.deliver[]` or `destinations.NAME`',
    below: DESTINATION,
  },
  { title: 'A session, `sessions.NAME`', below: 'sessions.NAME.' },
];

const [START, END] = ['<!-- options -->', '<!-- /options -->'];

/** A page with the tables of all options between its marks. */
export function withOptionTables(page: string): string {
  const [before, after] = [page.split(START)[0], page.split(END)[1]];
  if (before === undefined || after === undefined) throw new Error(`the page has no place for ${START}`);
  const rows = optionsOf(configSchema()).filter(
    ({ path }) => !OTHER_DESTINATIONS.some((place) => path.startsWith(place)),
  );
  const tables = PARTS.map(({ title, below }) => {
    const own = rows.filter(({ path }) => partOf(path) === below);
    const lines = own.map((row) => tableLine(row, below));
    return [`${title}:`, '', '| option | what it says | default |', '| --- | --- | --- |', ...lines].join(
      '\n',
    );
  });
  return `${before}${START}\n${tables.join('\n\n')}\n${END}${after}`;
}

function partOf(path: string): string {
  const parts = PARTS.map(({ below }) => below).filter((below) => path.startsWith(below));
  return parts.reduce((longest, below) => (below.length > longest.length ? below : longest), '');
}

function tableLine(
  { path, description, absent, fallback, words, isSecret }: OptionRow,
  below: string,
): string {
  const isLiteral = fallback !== undefined && !Array.isArray(fallback);
  const other = fallback === undefined ? 'must be given' : 'those of its members';
  const shown = absent === undefined ? other : isLiteral ? `\`${absent}\`` : absent;
  const isTold = words.every((word) => description.includes(word));
  const choice = isTold ? '' : ` One of ${words.map((word) => `\`${word}\``).join(', ')}.`;
  const what = `${description}${choice}${isSecret ? ' A secret.' : ''}`;
  return `| \`${path.slice(below.length)}\` | ${cell(what)} | ${cell(shown)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Which options the members of an interface are. */
const INTERFACES: Readonly<Record<string, string>> = {
  ConfigInput: '',
  ListenInput: 'listen.',
  TlsInput: 'listen.tls.',
  LimitsInput: 'limits.',
  LogInput: 'log.',
  AdminInput: 'admin.',
  AuditInput: 'admin.audit.',
  UserInput: 'admin.users[].',
  LogInInput: 'admin.session.',
  OidcInput: 'admin.oidc.',
  OidcRolesInput: 'admin.oidc.roles.',
  ReplayInput: 'replay.',
  SecretsInput: 'secrets.',
  SecretCommandInput: 'secrets.commands.NAME.',
  GateInput: 'gates.NAME.',
  ClientsInput: 'gates.NAME.clients.',
  RateInput: 'gates.NAME.rate.',
  OldProofInput: 'gates.NAME.accept[].',
  ShadowInput: 'gates.NAME.shadow.',
  KeyInput: 'gates.NAME.keys[].',
  KeyPurposeInput: 'gates.NAME.keys[].for.',
  KeysFromInput: 'gates.NAME.keysFrom.',
  TenantPlaceInput: 'gates.NAME.keysFrom.tenant.',
  GateReplayInput: 'gates.NAME.replay.',
  KeepRefusedInput: 'gates.NAME.keepRefused.',
  AnswerInput: 'gates.NAME.answer.',
  RegisterInput: 'gates.NAME.answer.register.',
  AnswerSignInput: 'gates.NAME.answer.sign.',
  ForwardInput: 'gates.NAME.forward.',
  RespondInput: 'gates.NAME.respond.',
  KeepInput: 'gates.NAME.keep.',
  DestinationInput: 'gates.NAME.keep.deliver[].',
  NatsInput: 'gates.NAME.keep.deliver[].nats.',
  PassInput: 'gates.NAME.keep.deliver[].pass[].',
  SignInput: 'gates.NAME.keep.deliver[].sign.',
  OrderInput: 'gates.NAME.keep.deliver[].order.',
  SessionInput: 'sessions.NAME.',
  SessionAuthInput: 'sessions.NAME.auth.',
};

/** A module of what people write, each option with a comment that says what it means. */
export function withOptionComments(source: string): string {
  const rows = new Map(optionsOf(configSchema()).map((row) => [row.path, row]));
  const lines: string[] = [];
  let below: string | undefined;
  for (const line of source.split('\n')) {
    const name = /^export interface (\w+)/.exec(line)?.[1];
    if (name !== undefined) below = INTERFACES[name];
    if (line.trim() === EMPTY && below === undefined)
      throw new Error('INTERFACES does not say whose options these are');
    const member = /^ {2}readonly (\w+)\??:/.exec(line)?.[1];
    const row = below === undefined || member === undefined ? undefined : rows.get(below + member);
    if (row !== undefined) {
      while (/^ {2,3}(\/\*\*|\*)/.test(lines.at(-1) ?? '')) lines.pop();
      lines.push(...commentOf(row));
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** What somebody writes above a member until this is run. */
const EMPTY = '/** . */';
const WIDTH = 150;

function commentOf({ description, absent }: OptionRow): readonly string[] {
  const text = absent === undefined ? description : `${description} Default: ${absent}.`;
  if (text.includes('*/')) throw new Error(`a comment cannot hold ${text}`);
  if (text.length <= WIDTH) return [`  /** ${text} */`];
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return ['  /**', ...lines.map((line) => `   * ${line}`), '   */'];
}
