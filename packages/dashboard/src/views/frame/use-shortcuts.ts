import { useEffect } from 'preact/hooks'
import { toScopeParams } from '../../state/page.ts'
import { toChipParams, toRangeParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { isTypedInto, type Shortcut, type ShortcutKey } from './shortcuts.ts'

/** Does what single keys stand for, while nothing is typed into and the reader has not turned them off. */
export function useShortcuts(keys: readonly ShortcutKey[], onHelp: () => void): void {
  const { address, feed, hasShortcuts, page, theme } = useDashboard()
  useEffect(() => {
    const run = (shortcut: Shortcut): void => {
      const { scope, params } = page.peek()
      switch (shortcut.kind) {
        case 'view':
          return address.go(shortcut.name, toScopeParams(params))
        case 'range':
          return address.set(toRangeParams(shortcut.range))
        case 'compare':
          return address.set({ compare: scope.isCompared ? 'no' : null })
        case 'clear':
          return scope.chips.length === 0 ? undefined : address.set(toChipParams([]))
        case 'search':
          return document.querySelector<HTMLElement>('main input[type=search]')?.focus()
        case 'refresh':
          return feed.refresh()
        case 'theme':
          return theme.toggle()
        case 'help':
          return onHelp()
      }
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTypedInto(event.target)) return
      const found = keys.find(({ key }) => key === event.key)
      // Help stays in reach, for it holds the switch.
      if (found === undefined || !(hasShortcuts.value.peek() || found.shortcut.kind === 'help')) return
      event.preventDefault()
      run(found.shortcut)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [keys, onHelp, address, feed, hasShortcuts, page, theme])
}
