import type { StateWord } from './uptime-words.ts'

const MARKS = { up: '✓', degraded: '!', down: '✕', none: '–' } as const

/** How a target does: a mark and a word, in its colour. */
export function StateTag({ state: { word, tone } }: { readonly state: StateWord }) {
  return (
    <span class={`uptime uptime--${tone}`}>
      <b aria-hidden="true">{MARKS[tone]}</b> {word}
    </span>
  )
}
