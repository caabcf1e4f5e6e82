/** Functions that programs in Go have where they call them. */
import { NOT_A_FORM } from './language.ts';

export const GO_FUNCTIONS: readonly { readonly name: string; readonly code: string }[] = [
  {
    name: 'base64url',
    code: 'func base64url(text string) string {\n\treturn base64.RawURLEncoding.EncodeToString([]byte(text))\n}\n',
  },
  {
    name: 'sha256Base64',
    code: 'func sha256Base64(text string) string {\n\tsum := sha256.Sum256([]byte(text))\n\treturn base64.StdEncoding.EncodeToString(sum[:])\n}\n',
  },
  {
    name: 'sha512Base64',
    code: 'func sha512Base64(text string) string {\n\tsum := sha512.Sum512([]byte(text))\n\treturn base64.StdEncoding.EncodeToString(sum[:])\n}\n',
  },
  {
    name: 'sha256Base64url',
    code: 'func sha256Base64url(text string) string {\n\tsum := sha256.Sum256([]byte(text))\n\treturn base64.RawURLEncoding.EncodeToString(sum[:])\n}\n',
  },
  {
    name: 'later',
    code: 'func later(timestamp string, seconds int64) string {\n\tnumber, err := strconv.ParseInt(timestamp, 10, 64)\n\tcheck(err)\n\treturn strconv.FormatInt(number+seconds, 10)\n}\n',
  },
  {
    name: 'publicJwk',
    code: `func publicJwk(key *ecdsa.PublicKey) string {
\tx := base64.RawURLEncoding.EncodeToString(key.X.FillBytes(make([]byte, 32)))
\ty := base64.RawURLEncoding.EncodeToString(key.Y.FillBytes(make([]byte, 32)))
\treturn \`{"kty":"EC","crv":"P-256","x":"\` + x + \`","y":"\` + y + \`"}\`
}
`,
  },
  {
    name: 'check',
    code: 'func check(err error) {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n',
  },
  {
    name: 'randomHex',
    code: 'func randomHex() string {\n\tbytes := make([]byte, 16)\n\t_, err := rand.Read(bytes)\n\tcheck(err)\n\treturn hex.EncodeToString(bytes)\n}\n',
  },
  {
    name: 'formFields',
    code: `func formFields(body string) [][2]string {
\tvar fields [][2]string
\tfor _, pair := range strings.Split(body, "&") {
\t\tif pair == "" {
\t\t\tcontinue
\t\t}
\t\tname, value, _ := strings.Cut(pair, "=")
\t\tname, nameErr := url.QueryUnescape(name)
\t\tvalue, valueErr := url.QueryUnescape(value)
\t\tif nameErr != nil || valueErr != nil || name == "" || !utf8.ValidString(name) || !utf8.ValidString(value) {
\t\t\tlog.Fatal("${NOT_A_FORM}")
\t\t}
\t\tfields = append(fields, [2]string{name, value})
\t}
\treturn fields
}
`,
  },
  {
    name: 'withMembers',
    code: `func withMembers(body string, members string) string {
\tend := strings.LastIndex(body, "}")
\tcomma := ","
\tif strings.TrimSpace(body[:end]) == "{" {
\t\tcomma = ""
\t}
\treturn body[:end] + comma + members + body[end:]
}
`,
  },
];
