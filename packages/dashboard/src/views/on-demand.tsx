import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { LoadingView } from './frame/loading-view.tsx'

/**
 * A part of the page whose code is loaded when it is first shown, so that the first view waits for none of it.
 * @param load - imports it; a literal path, so that the build makes it a file of its own
 */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function OnDemand(props) {
    const loaded = useSignal<{ readonly Body: ComponentType<Props> } | 'failed' | null>(null)
    useEffect(() => {
      load().then(
        (Body) => (loaded.value = { Body }),
        () => (loaded.value = 'failed'),
      )
    }, [loaded])
    const state = loaded.value
    if (state === null) return <LoadingView />
    if (state !== 'failed') return <state.Body {...props} />
    // A newer server has other files; browsers keep a file that failed as failed.
    return (
      <div class="banner banner--bad" role="alert">
        <p>This part of the page could not be loaded. The server may be away, or newer than this page.</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    )
  }
}
