/** A file, as base64. */
import { type ComponentProps, useRef, useState } from 'react';
import { base64Of } from '../request/bytes.ts';
import { ACTIONS } from '../words/actions.ts';

export interface FileInputProps extends Omit<ComponentProps<'input'>, 'type' | 'onChange'> {
  /** Undefined: none is chosen, or it could not be read. */
  readonly onChange: (base64: string | undefined) => void;
}

export function FileInput({ onChange, ...input }: FileInputProps) {
  const { form: words } = ACTIONS;
  const [unread, setUnread] = useState<string>();
  const latest = useRef<File>(undefined);
  const choose = async (chosen: File | undefined): Promise<void> => {
    latest.current = chosen;
    setUnread(undefined);
    onChange(undefined);
    if (chosen === undefined) return;
    const content = await contentOf(chosen);
    // Another may have been chosen meanwhile.
    if (latest.current !== chosen) return;
    if (content === undefined) setUnread(chosen.name);
    else onChange(content);
  };
  return (
    <>
      <input
        {...input}
        aria-invalid={input['aria-invalid'] === true || unread !== undefined}
        type="file"
        onChange={({ target }) => void choose(target.files?.[0])}
      />
      <span className="small soft">{words.file}</span>
      <span role="alert" className="small issue">
        {unread !== undefined && words.unreadFile(unread)}
      </span>
    </>
  );
}

async function contentOf(file: File): Promise<string | undefined> {
  try {
    return base64Of(new Uint8Array(await file.arrayBuffer()));
  } catch {
    // Whatever the reason: the browser tells none that helps.
    return undefined;
  }
}
