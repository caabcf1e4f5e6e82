/** What a colour says beside a word. */
export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'note';
