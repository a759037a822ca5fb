/** How the pages look on which people log in. */
export const PAGE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
form { display: grid; gap: .75rem; margin: 1rem 0; max-width: 24rem }
label { display: grid; gap: .25rem; font-weight: 600 }
input, select, button { font: inherit; padding: .5rem .6rem; border: 1px solid GrayText; border-radius: .35rem }
button { cursor: pointer; font-weight: 600; justify-self: start }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
[role=alert]:not(:empty), [role=status]:not(:empty) { padding: .5rem .75rem; border-left: 4px solid; margin: 0; overflow-wrap: anywhere }
[role=alert] { border-color: #c22 }
[role=status] { border-color: #284 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid GrayText; overflow-wrap: anywhere }
[data-table=projects] td:nth-child(2) { overflow-wrap: normal }
code { overflow-wrap: anywhere }
.hint { margin: 0; font-weight: 400 }
[hidden] { display: none !important }
`
