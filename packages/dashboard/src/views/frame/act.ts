import { toggleChip } from '../../state/chip.ts'
import type { Dashboard } from '../../state/dashboard.ts'
import { toScopeParams } from '../../state/page.ts'
import { toChipParams, toRangeParams } from '../../state/scope.ts'
import { showProject } from '../../state/show-project.ts'
import type { Action } from './action.ts'

/** Does what a key or a line of the palette stands for. */
export function act(dashboard: Dashboard, action: Action): void {
  const { address, feed, page, theme } = dashboard
  const { scope, params } = page.peek()
  switch (action.kind) {
    case 'view':
      return address.go(action.name, toScopeParams(params))
    case 'range':
      return address.set(toRangeParams(action.range))
    case 'filter':
      return address.set(toChipParams(toggleChip(scope.chips, action.chip)))
    case 'project':
      return showProject(dashboard, action.id)
    case 'place':
      return address.go(action.place, new URLSearchParams(action.query))
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
  }
}
