import { useSignal } from '@preact/signals'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Menu } from '../../widgets/menu.tsx'

/** Views that the reader has saved in this browser, and a way to save the one that is shown. */
export function SavedMenu() {
  const { saved } = useDashboard()
  const count = saved.list.value.length
  return (
    <Menu label={count === 0 ? 'Save' : `Saved (${count})`} name={count === 0 ? 'Save this view' : `Saved (${count}) views`}>
      {(close) => <SavedList onDone={close} />}
    </Menu>
  )
}

function SavedList({ onDone }: { readonly onDone: () => void }) {
  const { address, saved } = useDashboard()
  const name = useSignal('')
  const onSubmit = (event: Event) => {
    event.preventDefault()
    const { name: place, params } = address.place.peek()
    saved.save({ name: name.value, place, query: params.toString() })
    onDone()
  }
  const open = (place: string, query: string) => {
    address.go(place, new URLSearchParams(query))
    onDone()
  }
  return (
    <>
      {saved.list.value.length > 0 && (
        <ul class="menu__values" aria-label="Saved views">
          {saved.list.value.map((view) => (
            <li key={view.name} class="menu__saved">
              <button type="button" class="menu__value" onClick={() => open(view.place, view.query)}>
                <bdi>{view.name}</bdi>
              </button>
              <button type="button" class="chip__remove" title="Remove" aria-label={`Remove ${view.name}`} onClick={() => saved.remove(view.name)}>
                <span aria-hidden="true">×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <form class="menu__filter" onSubmit={onSubmit}>
        <label class="menu__field">
          Save this view as
          <input type="text" required maxLength={80} value={name.value} onInput={({ currentTarget }) => (name.value = currentTarget.value)} />
        </label>
        <button type="submit" class="button button--small">
          Save
        </button>
      </form>
    </>
  )
}
