import type { ComponentChildren } from 'preact'
import { withChanges, type Changes } from '../../state/address.ts'
import { toScopeParams } from '../../state/page.ts'
import { useDashboard } from '../../state/use-dashboard.ts'

export interface ViewLinkProps {
  /** The last part of the view's path. */
  readonly name: string
  /** What is chosen there. */
  readonly changes?: Changes
  readonly class?: string
  readonly isCurrent?: boolean
  readonly children: ComponentChildren
}

/** A link to a view with the same requests. It opens in another tab like any other link. */
export function ViewLink({ name, changes = {}, class: className = 'link', isCurrent = false, children }: ViewLinkProps) {
  const { address, page } = useDashboard()
  const params = withChanges(toScopeParams(page.value.params), changes)
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    address.go(name, params)
    document.documentElement.scrollTop = 0
  }
  return (
    <a class={className} href={address.href(name, params)} aria-current={isCurrent ? 'page' : undefined} onClick={onClick}>
      {children}
    </a>
  )
}
