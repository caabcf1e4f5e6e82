/** A sentence of the engine: code stands between backticks, and a stranger may be quoted in it. */
import { StrangersText } from './strangers-text.tsx';

/** More marks than these come from a stranger, and each would be an element. */
const MOST_MARKS = 40;

export function Sentence({ text }: { readonly text: string }) {
  const parts = text.split('`');
  const marks = parts.length - 1;
  // A mark without its other half marks nothing.
  if (marks % 2 === 1 || marks > MOST_MARKS) return <StrangersText text={text} />;
  return parts.map((part, i) =>
    i % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no other name, and do not move
      <StrangersText key={i} text={part} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no other name, and do not move
      <code key={i}>
        <StrangersText text={part} />
      </code>
    ),
  );
}
