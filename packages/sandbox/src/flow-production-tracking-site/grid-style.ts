/** What the site's page adds to the style that all pages share. */
export const GRID_STYLE = `
:root { --picked: light-dark(#e4f0fc, #1d3753); --hover: light-dark(#f7f9fb, #1c2229); }
.project { color: #c9d3de; }
.pages { display: flex; gap: .25rem; padding: 0 1.25rem; border-bottom: 1px solid var(--line); background: var(--raised); }
.pages a { padding: .55rem .75rem; color: var(--faint); text-decoration: none; border-bottom: 2px solid transparent; }
.pages a:hover { color: var(--ink); }
.pages [aria-current] { color: var(--ink); font-weight: 600; border-color: var(--accent); }

main { padding: 1rem 1.25rem 2rem; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; margin-bottom: .75rem; }
h1 { margin: 0; }
.hint { margin: 0; flex: 1 1 15rem; color: var(--faint); }
.group { color: var(--accent); }
#count { min-width: 6.5rem; text-align: right; color: var(--faint); font-variant-numeric: tabular-nums; }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
th, td { padding: .5rem .75rem; vertical-align: middle; white-space: nowrap; }
td:last-child { width: 100%; color: var(--faint); }
thead a { color: inherit; text-decoration: none; }
thead a:hover { text-decoration: underline; }
[aria-sort=ascending] a::after { content: ' ↑' / ''; color: var(--accent); }
[aria-sort=descending] a::after { content: ' ↓' / ''; color: var(--accent); }
tbody th { font-weight: 500; }
tr[data-id] { cursor: default; }
tr[data-id]:hover { background: var(--hover); }
tr[data-id]:has(:checked) { background: var(--picked); }
.head th { padding-block: .35rem; font-weight: 600; background: var(--hover); }
.head small { margin-left: .25rem; color: var(--faint); }
.box { width: 2.5rem; padding-right: 0; }
.box input { display: block; width: 1rem; height: 1rem; margin: 0; accent-color: var(--accent); }
td.number { color: var(--faint); }
.thumbnail { width: 48px; height: 27px; margin-right: .65rem; border-radius: 3px; vertical-align: middle; }
.status::before { content: ''; display: inline-block; width: 8px; height: 8px; margin-right: .45rem;
  border-radius: 50%; background: #9aa5b1; }
.status[data-status=ip]::before { background: #2f80d0; }
.status[data-status=rev]::before { background: #e0a100; }
.status[data-status=apr]::before, .status[data-status=fin]::before { background: #2f9e5b; }
.status[data-status=hld]::before { background: #c8453b; }

#menu { position: fixed; inset: auto; min-width: 15rem; max-width: calc(100vw - 16px); margin: 0; padding: .3rem;
  border: 1px solid var(--edge); border-radius: 8px; color: var(--ink); background: var(--ground); box-shadow: 0 8px 28px rgb(20 30 45 / .22); }
#menu button { display: flex; align-items: baseline; justify-content: space-between; gap: 2rem; width: 100%; padding: .45rem .7rem; border: 0;
  border-radius: 5px; text-align: left; background: none; }
#menu button:hover, #menu button:focus { color: var(--on-accent); background: var(--accent); outline: 0; }
#menu small { color: var(--faint); white-space: nowrap; }
#menu button:hover small, #menu button:focus small { color: inherit; }
#menu p { margin: 0; padding: .45rem .7rem; color: var(--faint); }

dialog { width: min(52rem, calc(100vw - 2rem)); height: min(36rem, calc(100vh - 2rem)); padding: 0; border: 0;
  border-radius: 10px; overflow: hidden; box-shadow: 0 16px 60px rgb(10 20 35 / .4); }
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(20 30 45 / .5); }
.title { display: flex; align-items: center; justify-content: space-between; padding: .5rem .6rem .5rem 1.1rem;
  color: #fff; background: #2b3440; }
h2 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
#modal-close { padding: .25rem .6rem; border: 0; border-radius: 5px; color: inherit; background: none; }
#modal-close:hover { background: #46525f; }
#modal-content { flex: 1; }
iframe { display: block; width: 100%; height: 100%; border: 0; }

@media (width < 40rem) {
  .bar, .pages, main { padding-inline: .75rem; }
  .tools { column-gap: .6rem; }
  .hint { flex-basis: 100%; }
  #count { min-width: 0; margin-left: auto; }
  .number, thead th:nth-child(3), .thumbnail { display: none; }
  th, td { padding-inline: .5rem; }
}
`;
