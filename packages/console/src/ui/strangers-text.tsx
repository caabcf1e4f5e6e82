/** A text that a stranger wrote, shown as text: what cannot be seen in it is marked, and it changes the direction of nothing around it. */
import { visibleParts } from './visible-text.ts';
import './strangers-text.css';

/** More marks than these are shown as one: each is an element. */
const MOST_MARKS = 2_000;

export function StrangersText({ text }: { readonly text: string }) {
  const parts = visibleParts(text);
  if (parts.length > MOST_MARKS * 2) return <bdi className="strangers">{replaced(parts)}</bdi>;
  return (
    <bdi className="strangers">
      {parts.map((part, i) =>
        part.kind === 'text' ? (
          part.text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no other name, and do not move
          <span key={i} className="unseen">
            {part.name}
          </span>
        ),
      )}
    </bdi>
  );
}

function replaced(parts: ReturnType<typeof visibleParts>): string {
  return parts.map(({ kind, text, name }) => (kind === 'text' ? text : `⟨${name}⟩`)).join('');
}
