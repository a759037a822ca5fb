import { useEffect } from 'preact/hooks'
import { useDashboard } from '../../state/use-dashboard.ts'
import { act } from './act.ts'
import { isTypedInto, PALETTE_KEY, type DialogName, type ShortcutKey } from './shortcuts.ts'

/** Does what keys stand for. Single ones only while nothing is typed into and the reader has not turned them off. */
export function useShortcuts(keys: readonly ShortcutKey[], onDialog: (name: DialogName) => void): void {
  const dashboard = useDashboard()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
      const name = toName(event)
      const found = keys.find(({ key }) => key === name)
      if (found === undefined || (name !== PALETTE_KEY && isTypedInto(event.target))) return
      // What opens a dialog stays in reach: help holds the switch, and the palette takes no single key.
      if (!(dashboard.hasShortcuts.value.peek() || found.shortcut.kind === 'dialog')) return
      event.preventDefault()
      if (found.shortcut.kind === 'dialog') onDialog(found.shortcut.name)
      else act(dashboard, found.shortcut)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [keys, onDialog, dashboard])
}

/** `null` for combinations that belong to the browser. */
function toName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string | null {
  if (!ctrlKey && !metaKey && !altKey) return key
  return key.toLowerCase() === 'k' && ctrlKey !== metaKey && !altKey && !shiftKey ? PALETTE_KEY : null
}
