import { RANGE_WORDS, type RangeWord } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { toRangeParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Menu } from '../../widgets/menu.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { RANGE_NAMES, toRangeWords } from '../range-words.ts'

const IN_SIGHT: readonly RangeWord[] = ['1h', '24h', '7d', '30d']
const IN_MENU = RANGE_WORDS.filter((word) => !IN_SIGHT.includes(word))
const OPTIONS = IN_SIGHT.map((value) => {
  const { short, name } = RANGE_NAMES[value]
  return { value, text: short, title: name.charAt(0).toUpperCase() + name.slice(1) }
})

/** Which time the page is about: four ranges in sight, the others and what else concerns time in a menu. */
export function RangeControl() {
  const { address, page } = useDashboard()
  const { scope } = page.value
  const { range } = scope
  const inSight = IN_SIGHT.find((word) => word === range)
  return (
    <div class="range">
      <Segmented label="Period" options={OPTIONS} value={inSight ?? null} onChoose={(word) => address.set(toRangeParams(word))} />
      <Menu label={inSight === undefined ? toRangeWords(scope).short : 'More'} name={inSight === undefined ? `Period: ${toRangeWords(scope).short}` : 'More periods'} isChosen={inSight === undefined}>
        {(close) => (
          <>
            <div class="menu__choices">
              {IN_MENU.map((word) => (
                <button
                  key={word}
                  type="button"
                  class="button button--small"
                  aria-pressed={word === range}
                  onClick={() => {
                    address.set(toRangeParams(word))
                    close()
                  }}
                >
                  {RANGE_NAMES[word].short}
                </button>
              ))}
            </div>
            <OwnRange onDone={close} />
            <label class="menu__field">
              Time zone
              <ZoneSelect />
            </label>
            <label class="menu__check">
              <input type="checkbox" checked={scope.isCompared} onChange={({ currentTarget }) => address.set({ compare: currentTarget.checked ? null : 'no' })} />
              Compare with the time before
            </label>
          </>
        )}
      </Menu>
    </div>
  )
}

function OwnRange({ onDone }: { readonly onDone: () => void }) {
  const { address, page } = useDashboard()
  const { range } = page.peek().scope
  const own = typeof range === 'object' ? range : { from: '', to: '' }
  const from = useSignal(own.from.slice(0, 10))
  const to = useSignal(own.to.slice(0, 10))
  const onSubmit = (event: Event) => {
    event.preventDefault()
    if (from.value === '' || to.value === '') return
    address.set(toRangeParams({ from: from.value, to: to.value }))
    onDone()
  }
  return (
    <form class="menu__dates" onSubmit={onSubmit}>
      <label class="menu__field">
        From
        <input type="date" required value={from.value} max={to.value || undefined} onInput={({ currentTarget }) => (from.value = currentTarget.value)} />
      </label>
      <label class="menu__field">
        To
        <input type="date" required value={to.value} min={from.value || undefined} onInput={({ currentTarget }) => (to.value = currentTarget.value)} />
      </label>
      <button type="submit" class="button button--small">
        Show
      </button>
    </form>
  )
}

/** All zones that the browser knows; that of the browser itself leaves no trace in the address. */
function ZoneSelect() {
  const { address, page } = useDashboard()
  const { timeZone } = page.value.scope
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = new Set([own, timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])
  return (
    <select value={timeZone} onChange={({ currentTarget: { value } }) => address.set({ zone: value === own ? null : value })}>
      {[...zones].map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  )
}
