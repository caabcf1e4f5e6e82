/** Where facts come from: as a link where an address stands in it. */
export function SourceLink({ text }: { readonly text: string }) {
  const address = /https:\/\/[^\s,;]+/.exec(text)?.[0];
  if (address === undefined) return text;
  const [before = '', after = ''] = text.split(address);
  return (
    <>
      {before}
      <a href={address} target="_blank" rel="noreferrer noopener">
        {address}
      </a>
      {after}
    </>
  );
}
