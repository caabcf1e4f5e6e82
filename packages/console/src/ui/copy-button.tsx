import { useState } from 'react';
import { UI } from '../words/ui.ts';
import { Button } from './button.tsx';

const SHOWN_MS = 2_000;

export function CopyButton({ text, label = UI.copy }: { readonly text: string; readonly label?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'notCopied'>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // Without HTTPS a browser has no clipboard; with it, somebody may have forbidden it.
      setOutcome('notCopied');
    }
    setTimeout(() => setOutcome(undefined), SHOWN_MS);
  };
  return (
    <Button className="copy" onClick={() => void copy()} aria-live="polite">
      {outcome === undefined ? label : UI[outcome]}
    </Button>
  );
}
