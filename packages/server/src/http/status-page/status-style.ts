/** How public status pages look: light and dark, from a phone to a wall. */
export const STATUS_STYLE = `:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --ground: light-dark(#f5f7f8, #0f1416); --surface: light-dark(#fff, #161c1f); --line: light-dark(#dde3e5, #2a3438);
  --ink: light-dark(#172023, #e8eef0); --soft: light-dark(#55646a, #9aa9af);
  --up: light-dark(#0f6e4a, #63c99b); --degraded: light-dark(#8a5200, #e0a13c); --down: light-dark(#b3261e, #ff8f85); --maintenance: light-dark(#0b6478, #5ec0d4);
}
body { margin: 0; background: var(--ground); color: var(--ink) }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 3rem }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; overflow-wrap: anywhere }
h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere }
p { margin: .5rem 0; overflow-wrap: anywhere }
ul { list-style: none; margin: 0; padding: 0 }
.headline { font-size: 1.125rem; font-weight: 600; padding: .75rem 1rem; border: 1px solid; border-radius: .6rem; background: var(--surface); margin: 1rem 0 }
.monitors > li, section { background: var(--surface); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; margin: .75rem 0 }
.notice { border-color: var(--maintenance) }
.list li + li { margin-top: .4rem }
.row { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; flex-wrap: wrap }
.soft, footer { color: var(--soft); font-size: .8125rem }
footer { margin-top: 1.5rem }
.bars { display: block; width: 100%; height: 2rem; margin: .5rem 0 .25rem }
.state { font-weight: 600; white-space: nowrap }
.up { color: var(--up); fill: var(--up) }
.degraded { color: var(--degraded); fill: var(--degraded) }
.down { color: var(--down); fill: var(--down) }
.maintenance { color: var(--maintenance); fill: var(--maintenance) }
.paused, .waiting { color: var(--soft) }
.none { fill: var(--line) }
rect:hover { opacity: .7 }
@media (forced-colors: active) { rect.down { fill: Highlight } rect.none { fill: GrayText } }
`
