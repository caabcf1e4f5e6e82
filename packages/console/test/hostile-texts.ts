/** What a stranger may write where a console will show it: each is harmless as a text, and reports itself as anything else. */
import { HOOK } from './breaches.ts';

const RUN = `${HOOK}()`;
/** Whoever is asked there is another host. */
const OTHER = 'https://other.example';

/** By kind. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  image: `<img src=x onerror=${RUN}>`,
  'quoted image': `"'><img src="x" onerror="${RUN}">`,
  script: `<script>${RUN}</script>`,
  'script of another host': `<script src=${OTHER}/x.js></script>`,
  'end of a script': `</script><script>${RUN}//`,
  'scalable image': `<svg onload=${RUN}><animate onbegin=${RUN} attributeName=x></svg>`,
  'scalable image with a page': `<svg><foreignObject><iframe srcdoc="<script>parent.${RUN}</script>"></iframe></foreignObject></svg>`,
  'scalable link': `<svg><a xlink:href="javascript:${RUN}"><text y=20>open</text></a></svg>`,
  'formula markup': `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=${RUN}>">`,
  'script address': `javascript:${RUN}`,
  'script address in disguise': `\tjAvA\nscript&colon;${RUN}`,
  'data address': `data:text/html,<script>parent.${RUN}</script>`,
  'address of another host': `//other.example/?${HOOK}`,
  'address with a backslash': '/\\other.example/',
  'page in a page': `<iframe src="javascript:parent.${RUN}"></iframe><object data="${OTHER}/"></object><embed src="${OTHER}/">`,
  'way out of an element': `</pre></code></textarea></title></style></noscript><body onload=${RUN}>`,
  'style sheet': `<style>@import '${OTHER}/x.css';</style><link rel=stylesheet href=${OTHER}/x.css>`,
  'style of an element': `x" style="background:url(${OTHER}/x.png)" onmouseover="${RUN}`,
  'base address': `<base href="${OTHER}/"><meta http-equiv=refresh content="0;url=${OTHER}/">`,
  form: `<form action="${OTHER}/"><input name=__proto__ autofocus onfocus=${RUN}></form>`,
  template: `{{constructor.constructor('${RUN}')()}}\${${RUN}}<%= ${RUN} %>#{${RUN}}`,
  'template element': `<template><img src=x onerror=${RUN}></template><slot onslotchange=${RUN}>`,
  'element of a framework': `{"type":"div","props":{"dangerouslySetInnerHTML":{"__html":"<img src=x onerror=${RUN}>"}},"$$typeof":"Symbol(react.element)"}`,
  'name of a prototype': '__proto__',
  'name of a constructor': 'constructor',
  entities: `&lt;img src=x onerror=${RUN}&gt;&#60;script&#62;${RUN}&#60;/script&#62;`,
  percent: `%3Cimg%20src=x%20onerror=${RUN}%3E%0d%0aset-cookie:x=1%00%`,
  'lines of a header': 'x\r\nset-cookie: a=b\r\n\r\n<script>1</script>',
  'marks of direction': 'annexe\u202Egpj.exe\u202C\u2066 \u2067 \u2068 \u2069 \u200F \u200E',
  terminal: '\u001B[2J\u001B]0;title\u0007\u001B]8;;https://other.example\u0007link\u001B]8;;\u0007\u009B31m',
  'null bytes': 'a\u0000b\u0000<img src=x onerror=1>\uFFFD',
  'half a pair': 'a\uD800b\uDC00c',
  'unseen letters': 'pay\u200Bpal\u2060\uFEFF\u00AD\u034F\u115F\u3164',
  'piled-up marks': `Z${'\u0351\u0360\u0489'.repeat(60)}`,
  'very long': `${'A'.repeat(20_000)}<img src=x onerror=${RUN}>`,
  'very deep': `${'[{"a":'.repeat(400)}1${'}]'.repeat(400)}`,
};

/** Those that an HTTP header can hold. */
export function asHeader(text: string): string {
  return (
    text
      .replaceAll(/[^\x20-\x7E]/g, '')
      .slice(0, 1_000)
      .trim() || 'x'
  );
}

/** Those that a name can be: of a key, a type, a note in one line. Most characters that are not seen are allowed there. */
export function asName(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, '')
    .slice(0, 190)
    .trim();
}
