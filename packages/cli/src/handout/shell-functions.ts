// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a shell reads.
/** Functions that programs for a shell have where they call them. */
import { NOT_A_FORM } from './language.ts';

export const SHELL_FUNCTIONS: readonly { readonly name: string; readonly code: string }[] = [
  {
    name: 'base64url',
    code: `base64url() {
  openssl base64 -A | tr -- '+/' '-_' | tr -d =
}`,
  },
  {
    name: 'percent',
    code: `percent() {
  local LC_ALL=C i char
  for ((i = 0; i < \${#1}; i++)); do
    char=\${1:i:1}
    case $char in
      [A-Za-z0-9._~-]) printf %s "$char" ;;
      *) printf '%%%02X' "'$char" ;;
    esac
  done
}`,
  },
  {
    name: 'add_members',
    code: `add_members() {
  local LC_ALL=C text before comma=,
  text=$(cat "$folder/body"; printf x)
  text=\${text%x} before=\${text%\\}*}
  if [[ $before =~ ^[[:space:]]*\\{[[:space:]]*$ ]]; then comma=; fi
  printf '%s%s%s}%s' "$before" "$comma" "$1" "\${text##*\\}}" > "$folder/body"
}`,
  },
  {
    name: 'from_hex',
    code: `from_hex() {
  tr -d ' \\n' | tr a-f A-F | basenc --base16 -d
}`,
  },
  {
    name: 'form_fields',
    code: `# Each field of the form as a line: its name and its value, decoded, in hex.
form_fields() {
  od -An -tx1 -v "$folder/body" | LC_ALL=C awk '
    {
      for (i = 1; i <= NF; i++) {
        if (digits > 0 && $i ~ /^(3[0-9]|[46][1-6])$/) {
          printf "%s", $i ~ /^3/ ? substr($i, 2) : substr("abcdef", substr($i, 2), 1)
          digits--
        } else if (digits > 0) broken = 1
        else if ($i == "25") digits = 2
        else if ($i == "26") { print ""; isValue = 0 }
        else if ($i == "3d" && !isValue) { printf " "; isValue = 1 }
        else printf "%s", $i == "2b" ? "20" : $i
      }
    }
    END { print ""; exit broken || digits > 0 }
  ' | sed '/./!d; / /!s/$/ /' > "$folder/fields" &&
    ! grep -q '^ ' "$folder/fields" &&
    sed 's/ /0A/; s/$/0A/' "$folder/fields" | from_hex | iconv -f UTF-8 -t UTF-16 > /dev/null 2>&1 ||
    { echo '${NOT_A_FORM}' >&2; exit 1; }
}`,
  },
];
