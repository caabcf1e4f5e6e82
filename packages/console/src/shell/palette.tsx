/** The command palette: any page, gate or saved view by some letters of its name, a request by its id. */
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useCall } from '../api/use-call.ts';
import { Dialog } from '../ui/dialog.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { SHELL } from '../words/shell.ts';
import { gateAddress, requestAddress } from './addresses.ts';
import { NAV } from './nav.ts';
import { savedViews } from './saved-views.ts';

interface Entry {
  readonly group: string;
  readonly label: string;
  readonly to: string;
}

const MOST_SHOWN = 40;
const REQUEST_ID = /^[\x21-\x7e]{6,200}$/;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const navigate = useNavigate();
  const listId = useId();
  const entries = useEntries(text);
  const selected = Math.min(index, entries.length - 1);
  const open = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    void navigate({ href: entry.to });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setIndex(Math.max(0, Math.min(entries.length - 1, selected + step)));
    }
    if (event.key === 'Enter') open(entries[selected]);
  };
  return (
    <Dialog label={SHELL.palette.title} onClose={onClose} className="palette">
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${selected}` : undefined}
        aria-label={SHELL.palette.open}
        placeholder={SHELL.palette.placeholder}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
      />
      <div id={listId} className="entries" role="listbox" aria-label={SHELL.palette.title}>
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field above
          <div
            key={entry.to + entry.label}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === selected}
            onClick={() => open(entry)}
          >
            <StrangersText text={entry.label} />
            <span className="soft small">{entry.group}</span>
          </div>
        ))}
      </div>
      <p className="soft small" role="status">
        {entries.length === 0 ? SHELL.palette.none : SHELL.palette.hint}
      </p>
    </Dialog>
  );
}

function useEntries(text: string): readonly Entry[] {
  const { groups, request } = SHELL.palette;
  const gates = useCall('gates', {}).data ?? [];
  const all: Entry[] = [
    ...NAV.flatMap(({ pages }) => pages).map(({ label, to }) => ({ group: groups.pages, label, to })),
    ...savedViews().map(({ name, to }) => ({ group: groups.views, label: name, to })),
    ...gates.map(({ name }) => ({
      group: groups.gates,
      label: name,
      to: gateAddress(name),
    })),
  ];
  const wanted = text.trim().toLowerCase();
  const matching = all.filter(({ label }) => label.toLowerCase().includes(wanted));
  if (matching.length === 0 && REQUEST_ID.test(text.trim())) {
    const id = text.trim();
    return [{ group: groups.requests, label: request(id), to: requestAddress(id) }];
  }
  return matching.slice(0, MOST_SHOWN);
}
