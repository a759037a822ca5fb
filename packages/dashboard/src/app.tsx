import { useSignalEffect } from '@preact/signals'
import type { Dashboard } from './state/dashboard.ts'
import { DashboardContext } from './state/use-dashboard.ts'
import { ProjectView } from './views/project-view.tsx'
import { ShareDoorView } from './views/share-door-view.tsx'
import { SignInView } from './views/sign-in-view.tsx'

/** The page: the door without a key, the project with one. */
export function App({ dashboard }: { readonly dashboard: Dashboard }) {
  const { api, session, share, theme } = dashboard
  useSignalEffect(() => {
    const override = theme.override.value
    if (override === null) document.documentElement.removeAttribute('data-theme')
    else document.documentElement.setAttribute('data-theme', override)
  })
  const key = session.key.value
  if (key === null) return share === null ? <SignInView api={api} session={session} /> : <ShareDoorView api={api} session={session} token={share.token} />
  // Named by the API key, so that another one starts with a fresh view.
  return (
    <DashboardContext.Provider value={dashboard}>
      <ProjectView key={key} apiKey={key} />
    </DashboardContext.Provider>
  )
}
