/** A trial’s request with another body. */
import { byteText, decodeUtf8, equalBytes, latin1, utf8 } from '../text/bytes.ts';
import { type MediaType, parseMediaType } from '../text/media-type.ts';
import { type JsonTree, jsonTree } from './json-tree.ts';
import type { Change, Trial } from './trial.ts';

/** What takes longer to rewrite, or to parse and print, than other requests may wait is left as it is. */
export const MAX_CHANGED_BYTES: number = 64 * 1024;

/** Where its bytes were changed. Undefined: they are too many, or nothing depends on them. */
export function changeableBody({ request, scheme }: Trial): Uint8Array | undefined {
  return scheme.readsBody && request.body.length <= MAX_CHANGED_BYTES ? request.body : undefined;
}

/** What Content-Type names; undefined where it is absent or breaks the grammar. */
export function bodyType({ request }: Trial): MediaType | undefined {
  const type = request.headers.get('content-type');
  return type === undefined ? undefined : parseMediaType(type);
}

/** The request with that body; nothing where it stays what it is. */
export function* otherBody({ request }: Trial, body: Uint8Array, detail?: string): Generator<Change> {
  if (equalBytes(body, request.body)) return;
  yield { request: { ...request, body }, ...(detail !== undefined && { detail }) };
}

/** Letter by letter: a char is a byte. Nothing where the body stays what it is. */
export function* withBody(trial: Trial, change: (body: string) => string | undefined): Generator<Change> {
  const body = changeableBody(trial);
  const other = body && change(byteText(body));
  const bytes = other === undefined ? undefined : latin1(other);
  if (bytes !== undefined) yield* otherBody(trial, bytes);
}

/** The body’s text; undefined where it is no UTF-8, or too long. */
export function bodyText(trial: Trial): string | undefined {
  const body = changeableBody(trial);
  return body && decodeUtf8(body);
}

/** Texts in place of the body’s, each once. */
export function* withTexts(trial: Trial, texts: Iterable<string>): Generator<Change> {
  const tried = new Set<string>();
  for (const text of texts) {
    if (tried.has(text)) continue;
    tried.add(text);
    yield* otherBody(trial, utf8(text));
  }
}

/** The body’s JSON; undefined where it is none, or too long. */
export function bodyJson(trial: Trial): JsonTree | undefined {
  const body = changeableBody(trial);
  return body && trial.once(treeOf, body);
}

function treeOf(body: Uint8Array): JsonTree | undefined {
  const text = decodeUtf8(body);
  return text === undefined ? undefined : jsonTree(text);
}

/** Other texts of the JSON that the body is; nothing where it is none. */
export function* withJson(trial: Trial, print: (tree: JsonTree) => Iterable<string>): Generator<Change> {
  const tree = bodyJson(trial);
  if (tree) yield* withTexts(trial, print(tree));
}
