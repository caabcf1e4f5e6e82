/** What a signature is of. */
export type MessageKind = 'request' | 'response';
