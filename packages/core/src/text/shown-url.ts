/** An operator's address as a sentence may quote it: its user name, password, query and fragment may be secrets. */
import { decoded } from './decoded.ts';

/** A user name and password where they belong. Parsers leave out what is no letter of a scheme, and take any number of slashes. */
const USER_INFO = /^(\s*[a-z][a-z0-9+.\-\s]*:\/\/+)[^/?#\\]*@/i;
/** What is no address may have any character in its password, and its scheme may be misspelt. */
const USER_INFO_OF_NO_ADDRESS = /^((?:\s*[a-z][a-z0-9+.-]*:?)?\/\/+).*@/is;
/** A query or a fragment, written as it is or escaped by mistake. */
const REST = /([?#]|%3f|%23).*/is;

/** Scheme, host and path, with an ellipsis for a query or fragment. Of a text that is no address: the same as far as it goes. */
export function shownUrl(text: string): string {
  return withoutUserInfo(text).replace(REST, '$1…');
}

function withoutUserInfo(text: string): string {
  if (!text.includes('@')) return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.host !== '' && url.username + url.password === '') return text;
  const userInfo = url === null ? USER_INFO_OF_NO_ADDRESS : USER_INFO;
  // Where a slash or the scheme is missing, nobody knows where the user name begins.
  return userInfo.test(text) ? text.replace(userInfo, '$1') : `…${text.slice(text.lastIndexOf('@'))}`;
}

/** Shorter ones occur in many a sentence by chance. */
const LEAST_CHARS = 4;

/** Whether a sentence quotes what of an address may be a secret. */
export function quotesSecretOf(url: string, sentence: string): boolean {
  const { username, password, search, hash } = new URL(url);
  const query = search.slice(1);
  const values = query.split('&').map((part) => part.slice(part.indexOf('=') + 1));
  return [username, password, query, hash.slice(1), ...values]
    .flatMap(spellingsOf)
    .some((secret) => secret.length >= LEAST_CHARS && sentence.includes(secret));
}

/** As it is written in an address, as what reads it may say it, and as what writes it anew does. */
function spellingsOf(written: string): readonly string[] {
  const plain = decoded(written);
  // Of a query; elsewhere a plus is itself.
  const ofForm = decoded(written.replaceAll('+', ' '));
  return [written, plain, ofForm, encodeURIComponent(plain), encodeURIComponent(ofForm)];
}
