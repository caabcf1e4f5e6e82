/** A text to be read to the letter, and copied. */
import { CopyButton } from './copy-button.tsx';
import { StrangersText } from './strangers-text.tsx';

export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <section className="code" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keyboard */}
      <pre tabIndex={0}>
        <code>
          <StrangersText text={text} />
        </code>
      </pre>
      <CopyButton text={text} />
    </section>
  );
}
