/** What an operator should know of a key that is taken: a key that nobody would choose is mostly a mistake. */
import { decodeUtf8, utf8 } from '../text/bytes.ts';
import { bareText, unquoted } from '../text/quotes.ts';
import type { KeyForm } from './key-form.ts';
import type { KeyWarning } from './key-warning.ts';

/** A secret shorter than this is warned of: RFC 2104 §3 discourages keys shorter than the digest. */
const SHORT_KEY_BYTES = 16;

/** Fewer different bytes than this are no accident: of 16 random letters of hex one key in 10⁶ has so few. */
const FEW_BYTES = 5;

/** What of a key is judged. */
export interface WeighedKey {
  readonly form: KeyForm;
  /** As it was given. */
  readonly text: string | undefined;
  /** The secret’s bytes. */
  readonly bytes: Uint8Array;
  /** Whether the text is the key to the letter. */
  readonly isLiteral: boolean;
}

/** What is to be asked about a key. */
export function keyWarnings(key: WeighedKey): readonly KeyWarning[] {
  const { form, bytes, isLiteral } = key;
  const text = bareText(key.text ?? decodeUtf8(bytes) ?? '');
  return [
    ...lengthWarnings(form, bytes),
    ...(isLiteral && key.text !== undefined ? letterWarnings(key.text) : []),
    ...likenessWarnings(text, form),
    ...varietyWarnings(text, bytes),
  ];
}

/**
 * What a text that is a secret itself (a password, a token of an API) should be asked about: quotes, white space, a
 * variable that nothing filled in, a placeholder.
 */
export function secretWarnings(secret: string): readonly KeyWarning[] {
  const form: KeyForm = { algorithm: 'shared-token', variant: 0, kind: 'secret', encoding: 'utf8' };
  const text = bareText(secret);
  return [...letterWarnings(secret), ...likenessWarnings(text, form), ...varietyWarnings(text, utf8(secret))];
}

function lengthWarnings({ least }: KeyForm, { length }: Uint8Array): readonly KeyWarning[] {
  if (least && length < least.bytes)
    return [{ code: 'short', bytes: length, leastBytes: least.bytes, source: least.source }];
  return length < SHORT_KEY_BYTES ? [{ code: 'short', bytes: length, leastBytes: SHORT_KEY_BYTES }] : [];
}

/** A key that is used to the letter: what stands around it, or in it, was hardly meant. */
function letterWarnings(text: string): readonly KeyWarning[] {
  const warnings: KeyWarning[] = [];
  if (unquoted(text.trim()) !== undefined) {
    warnings.push({ code: 'quotes-kept' });
  }
  if (/[\r\n]$/.test(text)) warnings.push({ code: 'line-end-behind' });
  else if (/[\r\n]/.test(text)) warnings.push({ code: 'line-end-inside' });
  if (/^[^\S\r\n]|[^\S\r\n]$/.test(text.replace(/^\ufeff/, ''))) {
    warnings.push({ code: 'white-space-around' });
  }
  if (text.startsWith('\ufeff')) warnings.push({ code: 'byte-order-mark' });
  if (/\\[nrt]$/.test(text)) warnings.push({ code: 'escape-behind' });
  if (/[\0\u00ad\u200b-\u200f\u2060]/.test(text)) warnings.push({ code: 'unseen-characters' });
  // Dashes and quotes of documents; Greek or Cyrillic letters among Latin ones.
  const isMixed = /[a-z]/i.test(text) && /[\u0370-\u04ff]/.test(text);
  if (isMixed || /[\u2010-\u2015\u2018-\u201f]/.test(text)) warnings.push({ code: 'lookalike-characters' });
  if (text.includes('\ufffd')) warnings.push({ code: 'not-utf8' });
  return warnings;
}

interface Likeness {
  readonly pattern: RegExp;
  readonly name: string;
  /** Whether a token that is a secret itself may well be this. */
  readonly isToken?: boolean;
}

const LIKENESSES: readonly Likeness[] = [
  { pattern: /^[sr]k_(?:live|test)_/, name: 'an API key of Stripe', isToken: true },
  { pattern: /^pk_(?:live|test)_/, name: 'a publishable key of Stripe, which anybody may know' },
  { pattern: /^(?:gh[pousr]_|github_pat_)/, name: 'an access token of GitHub', isToken: true },
  { pattern: /^glpat-/, name: 'an access token of GitLab', isToken: true },
  { pattern: /^(?:xox[a-z]-|xoxe\.|xapp-)/, name: 'a token of Slack', isToken: true },
  { pattern: /^(?:AKIA|ASIA)[A-Z0-9]{16}$/, name: 'an access key id of AWS, which is not a secret' },
  { pattern: /^AIza[\w-]{30,}$/, name: 'an API key of Google', isToken: true },
  { pattern: /^shp(?:at|ca|pa)_/, name: 'an access token of Shopify', isToken: true },
  { pattern: /^SG\.[\w-]{16,}\./, name: 'an API key of SendGrid', isToken: true },
  { pattern: /^(?:AC|SK)[\da-f]{32}$/, name: 'an id of Twilio, which is not a secret' },
  { pattern: /^sk-(?:proj-|ant-)?[\w-]{20,}$/, name: 'an API key of a language model', isToken: true },
  { pattern: /^npm_[A-Za-z\d]{30,}$/, name: 'an access token of npm', isToken: true },
  { pattern: /^(?:v1,)?wh(?:sec|sk|pk)_/, name: 'a signing secret of Stripe or Standard Webhooks' },
  {
    pattern: /^[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/,
    name: 'a JSON Web Token, not the key that signs one',
    isToken: true,
  },
];

/** What reads like something that a program should have filled in. */
const UNFILLED: readonly RegExp[] = [
  /\$\{|\$\(|\{\{|<%/,
  /^\$(?:env:)?[A-Za-z_]\w*$/i,
  /^%[A-Za-z_]\w*%$/,
  /^<[^<>]+>$/,
  /^(?:env|file|vault|secret|ssm|op):/i,
  /^(?:process\.env|os\.environ|import\.meta\.env)\b/,
  /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)*_(?:KEY|SECRET|TOKEN|PASSWORD)$/,
];

/** Words that only an example, or nobody’s secret, is made of. */
const PLACEHOLDER_WORDS: ReadonlySet<string> = new Set(
  '01234567 012345678 0123456789 0123456789abcdef 123 1234 12345 123456 1234567 12345678 123456789 1234567890 a abc abcd abcdef abcdefg abcdefgh abcdefghijklmnop abcdefghijklmnopqrstuvwxyz admin an and api app approov asdf bar baz cafebabe change changed changeme client deadbeef default demo dev development dummy enter example fake false fixme flowent foo for github here hmac hunter2 in incode insert is it jwt key keys letmein local localhost me my nil none not null object of our pass passw0rd passwd password paste placeholder please private prod production put qux qwerty qwertyuiop real replace root sample secret secrets set sha256 shared signature signing slack some staging string stripe tbd test testing tests text the this todo token tokens top true undefined user value webhook webhooks with your'.split(
    ' ',
  ),
);

const MAX_PLACEHOLDER_CHARS = 64;

function likenessWarnings(text: string, { begins, prefix, algorithm }: KeyForm): readonly KeyWarning[] {
  if (text === '') return [];
  const own = begins ?? prefix;
  const isOwn = own !== undefined && text.replace(/^v1a?,/, '').startsWith(own);
  const isToken = algorithm === 'shared-token';
  const warnings: KeyWarning[] = [];
  const like = isOwn
    ? undefined
    : LIKENESSES.find((likeness) => likeness.pattern.test(text) && !(isToken && likeness.isToken));
  if (like) {
    warnings.push({ code: 'looks-like', name: like.name, ...(begins !== undefined && { begins }) });
  }
  if (/^(?:bearer|basic|token|sha\d+)[ =:]/i.test(text)) {
    warnings.push({ code: 'header-value' });
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) warnings.push({ code: 'address' });
  else if (UNFILLED.some((pattern) => pattern.test(text))) {
    warnings.push({ code: 'unfilled' });
  }
  if (isPlaceholder(text)) {
    warnings.push({ code: 'placeholder' });
  }
  return warnings;
}

/** Whether a text is nothing but such words, with signs between and digits behind them. */
function isPlaceholder(text: string): boolean {
  const letters = text.toLowerCase().replace(/[^a-z\d]+/g, '');
  // One letter is short, and no word of an example.
  if (letters.length < 2 || letters.length > MAX_PLACEHOLDER_CHARS) return false;
  const bare = letters.replace(/\d+$/, '') || letters;
  if (/^(.)\1*$/.test(bare)) return true;
  // How far words reach: by place, so that no text takes long.
  const ends = [true];
  for (let end = 1; end <= bare.length; end++) {
    ends[end] = ends.some((isEnd, start) => isEnd && PLACEHOLDER_WORDS.has(bare.slice(start, end)));
  }
  return ends[bare.length] === true;
}

function varietyWarnings(text: string, bytes: Uint8Array): readonly KeyWarning[] {
  if (new Set(bytes).size < FEW_BYTES && bytes.length >= FEW_BYTES) {
    return [{ code: 'few-bytes', different: new Set(bytes).size }];
  }
  return /^(.{1,8})\1+$/.test(text) ? [{ code: 'repetitive' }] : [];
}
