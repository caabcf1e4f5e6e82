/** The fields that a message template may name. What each reads is the grammar’s. */

/** Those of one form each; a header’s name is part of its field. */
export const TEMPLATE_FIELDS = [
  'timestamp',
  'nonce',
  'id',
  'method',
  'path',
  'query',
  'query:sorted',
  'query:encoded',
  'url',
  'url:decoded',
  'url+form',
  'target:escaped',
  'host',
  'body',
  'body:sha256:hex',
  'body:sha256:bytes',
  'form:sorted',
] as const;

/** Those that go on with a name. */
export const NAMED_FIELDS = ['header', 'headers', 'item', 'parameter', 'field', 'member', 'json'] as const;

/** All of them, for people. */
export const TEMPLATE_FIELDS_TEXT: string = `${TEMPLATE_FIELDS.map((name) => `{${name}}`).join(' ')} {member:NAME} {member:NAME?} {field:NAME} {json:FIELD:NAME} {parameter:NAME} {parameter:NAME:lower} {headers:NAME} {item:LABEL} {header:NAME}, or {header:NAME?} where an absent one counts as empty; {?text{header:NAME}text?} falls away where it is absent`;
