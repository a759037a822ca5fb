import type { RangeWord } from '@wayside/protocol'
import type { Action } from './action.ts'

/** What keys do: something with the page, or open a dialog over it. */
export type Shortcut = Action | { readonly kind: 'dialog'; readonly name: DialogName }

/** What can be open over the page. */
export type DialogName = 'help' | 'palette'

/** Opens the palette, with Ctrl or Cmd, whether something is typed into or not. */
export const PALETTE_KEY = 'Ctrl K'

export interface ShortcutKey {
  readonly key: string
  readonly does: string
  readonly shortcut: Shortcut
}

const RANGE_KEYS: readonly (readonly [key: string, range: RangeWord, does: string])[] = [
  ['h', '1h', 'Last hour'],
  ['d', '24h', 'Last 24 hours'],
  ['w', '7d', 'Last 7 days'],
  ['m', '30d', 'Last 30 days'],
  ['q', '90d', 'Last 90 days'],
  ['y', '12mo', 'Last 12 months'],
]

/** @param views - in the order of their digits */
export function toShortcuts(views: readonly { readonly name: string; readonly title: string }[]): readonly ShortcutKey[] {
  return [
    ...views.slice(0, 9).map(({ name, title }, at): ShortcutKey => ({ key: String(at + 1), does: title, shortcut: { kind: 'view', name } })),
    ...RANGE_KEYS.map(([key, range, does]): ShortcutKey => ({ key, does, shortcut: { kind: 'range', range } })),
    { key: 'x', does: 'Compare with the time before, or not', shortcut: { kind: 'compare' } },
    { key: '/', does: 'Search in the list', shortcut: { kind: 'search' } },
    { key: 'Escape', does: 'Clear the filters', shortcut: { kind: 'clear' } },
    { key: 'r', does: 'Refresh', shortcut: { kind: 'refresh' } },
    { key: 't', does: 'Light or dark', shortcut: { kind: 'theme' } },
    { key: PALETTE_KEY, does: 'Find a view, a value, an action', shortcut: { kind: 'dialog', name: 'palette' } },
    { key: '?', does: 'This list', shortcut: { kind: 'dialog', name: 'help' } },
  ]
}

/** Whether keys belong to what has the focus: a field that is typed into, or a list that is chosen from. */
export function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input:not([type=checkbox]):not([type=radio]), select, textarea, dialog') !== null
}
