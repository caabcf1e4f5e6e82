/** What a list is searched for. The key `/` leads there. */
export interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Characters. */
  readonly maxLength?: number;
}

export function SearchField({ label, placeholder, value, onChange, maxLength = 200 }: SearchFieldProps) {
  return (
    <input
      type="search"
      className="search-field"
      data-filter
      aria-label={label}
      placeholder={placeholder}
      maxLength={maxLength}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
