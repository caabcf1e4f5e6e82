/** How every page of the sandboxes and the demo looks: colours, type, tables, buttons. A page adds what is its own. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1f2733, #e4e9ef); --faint: light-dark(#5d6877, #9aa7b5); --line: light-dark(#dfe3e8, #3a434e);
  --ground: light-dark(#fff, #171c22); --raised: light-dark(#f5f6f8, #20262e); --edge: light-dark(#bcc4ce, #4b5663);
  --accent: light-dark(#0b66c2, #6cb2ff); --on-accent: light-dark(#fff, #10151b);
  --good: light-dark(#1a7f37, #4ac26b); --bad: light-dark(#c62828, #ff7b72);
  font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
}
* { box-sizing: border-box; }
[hidden] { display: none; }
body { margin: 0; min-height: 100vh; }
h1 { margin: 0 0 .75rem; font-size: 1.25rem; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
a { color: var(--accent); }
small { font-size: .85em; font-weight: 400; }
code { overflow-wrap: anywhere; }
pre { padding: .75rem; border-radius: 6px; overflow-x: auto; background: var(--raised); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { font: inherit; color: inherit; cursor: pointer; padding: .35rem .8rem; border: 1px solid var(--edge);
  border-radius: 6px; background: var(--ground); }
button:hover, button[aria-expanded=true] { background: var(--raised); }
button:disabled { color: var(--faint); cursor: default; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .75rem; text-align: start; vertical-align: top; }
thead th { font-weight: 600; background: var(--raised); }
tbody tr { border-top: 1px solid var(--line); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
.sheet { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1.25rem 2rem; }
.narrow { max-width: 34rem; }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1.5rem; padding: .6rem 1.25rem;
  color: #fff; background: #2b3440; }
.bar strong { font-weight: 600; }
.bar small { margin-left: .35rem; padding: .1rem .45rem; border-radius: 1rem; background: #46525f; }
`;
