import { useSignal } from '@preact/signals'
import { useCallback, useEffect } from 'preact/hooks'
import { useDashboard } from '../state/use-dashboard.ts'
import { CurrentView } from './current-view.tsx'
import { HelpDialog } from './frame/help-dialog.tsx'
import { toShortcuts, type DialogName } from './frame/shortcuts.ts'
import { TopBar } from './frame/top-bar.tsx'
import { useShortcuts } from './frame/use-shortcuts.ts'
import { onDemand } from './on-demand.tsx'
import { StartView } from './start-view.tsx'
import { toView, VIEWS } from './views.ts'

const KEYS = toShortcuts(VIEWS)
const SHARED_VIEWS = VIEWS.filter(({ isShared }) => isShared)
const SHARED_KEYS = toShortcuts(SHARED_VIEWS)
/** Views that need no request of an app: what they watch may be there before it. */
const BEFORE_REQUESTS = ['uptime', 'alerts']
/** It opens over the page: nothing stands there in its place. */
const Palette = onDemand(
  async () => (await import('./palette/palette-dialog.tsx')).PaletteDialog,
  () => null,
)

/** What somebody with a key sees: a view of the project's requests, or how to get the first one. */
export function ProjectView({ apiKey }: { readonly apiKey: string }) {
  const { api, firstRequest, page, project, session, serverUrl, share } = useDashboard()
  const [views, keys] = share === null ? [VIEWS, KEYS] : [SHARED_VIEWS, SHARED_KEYS]
  const dialog = useSignal<DialogName | null>(null)
  const open = useCallback((name: DialogName) => void (dialog.value = name), [dialog])
  const close = useCallback(() => void (dialog.value = null), [dialog])
  useShortcuts(keys, open)

  const { title } = toView(page.value)
  const projectName = project.value?.name ?? null
  useEffect(() => {
    document.title = [...(title === 'Overview' ? [] : [title]), ...(projectName === null ? [] : [projectName]), 'Wayside'].join(' · ')
    return () => {
      document.title = 'Wayside'
    }
  }, [title, projectName])

  const isWaiting = share === null && firstRequest.value === 'waiting' && !BEFORE_REQUESTS.includes(page.value.name)
  return (
    <>
      <TopBar views={isWaiting ? [] : views} onDialog={open} />
      <p class="visually-hidden" role="status">
        {firstRequest.value === 'arrived' && 'The first request has arrived.'}
      </p>
      <main class="page">{isWaiting ? <StartView api={api} apiKey={apiKey} isNewKey={session.isNewKey.value} serverUrl={serverUrl} /> : <CurrentView />}</main>
      {dialog.value === 'help' && <HelpDialog keys={keys} onClose={close} />}
      {dialog.value === 'palette' && <Palette.Body views={views} onClose={close} />}
    </>
  )
}
