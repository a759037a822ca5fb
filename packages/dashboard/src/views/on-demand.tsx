import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { LoadingView } from './frame/loading-view.tsx'

export interface OnDemand<Props> {
  /** Draws an outline until its code is there. */
  readonly Body: ComponentType<Props>
  /** Begins to load the code, beside the question that the part draws the answer of. */
  readonly load: () => void
}

/**
 * A part of the page whose code is loaded when it is first shown, so that the first view waits for none of it. Once loaded it stays,
 * so that coming back to it draws it at once.
 * @param fetchBody - imports it; a literal path, so that the build makes it a file of its own
 * @param Outline - stands in its place until then
 */
export function onDemand<Props extends object>(fetchBody: () => Promise<ComponentType<Props>>, Outline: ComponentType = LoadingView): OnDemand<Props> {
  const loaded = signal<{ readonly Fetched: ComponentType<Props> } | 'failed' | null>(null)
  let hasBegun = false

  function load() {
    if (hasBegun) return
    hasBegun = true
    fetchBody().then(
      (Fetched) => (loaded.value = { Fetched }),
      () => (loaded.value = 'failed'),
    )
  }

  function Body(props: Props) {
    useEffect(load, [])
    const state = loaded.value
    if (state === null) return <Outline />
    if (state !== 'failed') return <state.Fetched {...props} />
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

  return { Body, load }
}
