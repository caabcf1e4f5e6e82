/** An operator's address as a sentence may quote it: its user name, password, query and fragment may be secrets. */

/** Scheme, host and path, with an ellipsis for a query or fragment. Of a text that is no address: the same as far as it goes. */
export function shownUrl(text: string): string {
  // What is no address may have any character in its password.
  const userInfo = URL.canParse(text) ? /\/\/[^/?#\\]*@/ : /\/\/.*@/s;
  return text.replace(userInfo, '//').replace(/([?#]).*/s, '$1…');
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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
