/** The page's looks: no font, no picture, nothing from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf9f6; --card: #ffffff; --ink: #1d1f24; --soft: #62666f; --line: #e3e1da;
  --accent: #0c6a70; --accent-soft: #9fcfd0; --good: #2f7d4f; --fair: #a06a10; --bad: #b3362f; --code: #f1efe9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1b1e23; --ink: #e9e8e4; --soft: #9a9da5; --line: #2e323a;
    --accent: #63c3c8; --accent-soft: #2c5f63; --good: #6cc08b; --fair: #dba950; --bad: #ef857d; --code: #22262c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
header { padding-top: clamp(2rem, 7vw, 4.5rem); }
h1 { font-size: clamp(1.6rem, 6vw, 2.6rem); line-height: 1.15; letter-spacing: -.02em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; letter-spacing: -.01em; margin: 3.5rem 0 1rem; }
h3 { font-size: 1rem; margin: 2rem 0 .6rem; }
p { margin: .6rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
pre {
  background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: .6rem 0 1.2rem;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5;
}
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin-top: 1.4rem; font-size: .93rem; }
.soft, .lead { color: var(--soft); }
.lead { font-size: 1.05rem; margin-top: .5rem; }
.line { white-space: nowrap; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1px; margin: 2rem 0 0; padding: 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.tiles div { background: var(--card); padding: .9rem 1.1rem; }
.tiles dt { color: var(--soft); font-size: .82rem; }
.tiles dd { margin: .1rem 0 0; font-size: 1.35rem; font-weight: 600; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; min-width: 0; }
.card h3 { margin: 0 0 .5rem; color: var(--soft); font-weight: 500; }
.card .now { font-size: 1.25rem; font-weight: 600; overflow-wrap: anywhere; }
details { margin-top: .8rem; }
details > table { margin-top: .6rem; }
summary { cursor: pointer; color: var(--accent); font-size: .93rem; }
ol.history { list-style: none; margin: .7rem 0 0; padding: 0 0 0 .95rem; border-left: 2px solid var(--line); font-size: .9rem; }
ol.history li { position: relative; margin: 0 0 .7rem; overflow-wrap: anywhere; }
ol.history li::before { content: ""; position: absolute; left: -1.3rem; top: .5em; width: .55rem; height: .55rem; border-radius: 50%;
  background: var(--line); box-shadow: 0 0 0 3px var(--card); }
ol.history li:first-child::before { background: var(--accent); }
table { width: 100%; border-collapse: separate; font-size: .93rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; border-spacing: 0; }
th, td { text-align: left; vertical-align: top; padding: .55rem .9rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tr:last-child > td { border-bottom: 0; }
th { color: var(--soft); font-weight: 500; font-size: .82rem; white-space: nowrap; }
.bar { display: flex; height: .5rem; width: 100%; min-width: 7rem; border-radius: 4px; background: var(--code); overflow: hidden; margin-top: .35rem; }
.bar i { display: block; height: 100%; }
.own, .key.own::before { background: var(--accent); }
.shared, .key.shared::before { background: var(--accent-soft); }
.key { background: none; margin-right: 1rem; white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .4rem; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 999px; padding: 0 .55rem; margin: 0 .2rem .2rem 0; font-size: .82rem; white-space: nowrap; }
.features { color: var(--soft); line-height: 1.5; }
.dot::before { content: ""; display: inline-block; width: .55rem; height: .55rem; border-radius: 50%; margin-right: .5rem; background: currentColor; }
.best::before { color: var(--good); } .weaker::before { color: var(--fair); } .none::before { color: var(--bad); }
.packages { columns: 15rem; column-gap: 2rem; margin: .7rem 0 0; padding: 0; list-style: none; font-size: .9rem; }
.packages li { break-inside: avoid; display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .15rem 0; }
.packages span:first-child { overflow-wrap: anywhere; }
footer { margin-top: 4rem; padding-top: 1.2rem; padding-bottom: 3rem; color: var(--soft); font-size: .88rem; }
footer p { max-width: none; }
@media (max-width: 46rem) {
  table, tbody, tr, td { display: block; width: auto; }
  thead { display: none; }
  tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  td { border: 0; padding: .15rem 1rem; }
  td:empty { display: none; }
  td[data-label]::before { content: attr(data-label); font-family: system-ui, sans-serif; display: block; color: var(--soft); font-size: .78rem; }
  .key { display: inline-block; }
}
`;
