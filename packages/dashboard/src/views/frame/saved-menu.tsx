import { SAVED_VIEW_LIMITS, type SavedView, type SavedViewsList } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { record } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Menu } from '../../widgets/menu.tsx'
import { useChange } from '../use-change.ts'

/** Views that the reader has saved in this browser, those that are saved for the project, and a way to save the one that is shown. */
export function SavedMenu() {
  const { saved } = useDashboard()
  const count = saved.list.value.length
  return (
    <Menu label={count === 0 ? 'Save' : `Saved (${count})`} name={count === 0 ? 'Save this view' : `Saved (${count}) views`}>
      {(close) => <SavedList onDone={close} />}
    </Menu>
  )
}

const NONE: SavedViewsList = { mayChange: false, views: [] }

function SavedList({ onDone }: { readonly onDone: () => void }) {
  const { address, api, saved, session } = useDashboard()
  const name = useSignal('')
  const isShared = useSignal(false)
  const ofProject = useSignal(NONE)
  const { isBusy, refusal, make } = useChange()
  const learn = async () => {
    const result = await api.page(session.key.peek() ?? '', { queries: {}, extras: { savedViews: {} } })
    if (result.ok) ofProject.value = result.value.extras.savedViews ?? NONE
  }
  useEffect(() => void learn(), [])

  async function save(event: Event) {
    event.preventDefault()
    const { name: place, params } = address.place.peek()
    const view = { name: name.value.trim(), place, query: params.toString() }
    if (!isShared.value) saved.save(view)
    else if ((await make({ method: 'PUT', path: 'api/v1/saved-views', body: view }, record({}))) === null) return
    onDone()
  }
  async function removeShared(view: SavedView) {
    await make({ method: 'DELETE', path: `api/v1/saved-views?${new URLSearchParams({ name: view.name }).toString()}` }, record({}))
    await learn()
  }
  const open = ({ place, query }: SavedView) => {
    address.go(place, new URLSearchParams(query))
    onDone()
  }
  const { mayChange, views } = ofProject.value
  return (
    <>
      {saved.list.value.length > 0 && <Views label="Saved views" views={saved.list.value} onOpen={open} onRemove={({ name: gone }) => saved.remove(gone)} />}
      {views.length > 0 && (
        <>
          <p class="menu__field">Of the project</p>
          <Views label="Views of the project" views={views} onOpen={open} onRemove={mayChange ? (view) => void removeShared(view) : null} />
        </>
      )}
      <form class="menu__filter" onSubmit={(event) => void save(event)}>
        <label class="menu__field">
          Save this view as
          <input type="text" required maxLength={SAVED_VIEW_LIMITS.nameLength} value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        {mayChange && (
          <label class="menu__choice">
            <input type="checkbox" checked={isShared.value} onChange={({ currentTarget }) => (isShared.value = currentTarget.checked)} />
            For everybody in the project
          </label>
        )}
        <button type="submit" class="button button--small" disabled={isBusy}>
          Save
        </button>
        <p role="alert">{refusal}</p>
      </form>
    </>
  )
}

interface ViewsProps {
  readonly label: string
  readonly views: readonly SavedView[]
  readonly onOpen: (view: SavedView) => void
  /** `null` where the reader may not. */
  readonly onRemove: ((view: SavedView) => void) | null
}

function Views({ label, views, onOpen, onRemove }: ViewsProps) {
  return (
    <ul class="menu__values" aria-label={label}>
      {views.map((view) => (
        <li key={view.name} class="menu__saved">
          <button type="button" class="menu__value" onClick={() => onOpen(view)}>
            <bdi>{view.name}</bdi>
          </button>
          {onRemove !== null && (
            <button type="button" class="chip__remove" title="Remove" aria-label={`Remove ${view.name}`} onClick={() => onRemove(view)}>
              <span aria-hidden="true">×</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}
