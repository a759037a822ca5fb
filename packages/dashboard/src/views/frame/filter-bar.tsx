import { DIMENSIONS, HIDDEN_FROM_SHARES, type Dimension, type DimensionValue } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { toRows } from '../../api/rows.ts'
import { formatChip, toggleChip, type Chip } from '../../state/chip.ts'
import { toChipParams, toQueryScope } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Menu } from '../../widgets/menu.tsx'
import { SavedMenu } from './saved-menu.tsx'
import { ShareMenu } from './share-menu.tsx'
import { DIMENSION_NAMES, nameChip, nameValue } from '../dimension-words.ts'

/** The filters that are set, each of which can be turned around or taken away, and a way to add one. */
export function FilterBar() {
  const { address, page, share } = useDashboard()
  const { chips } = page.value.scope
  const set = (next: readonly Chip[]) => address.set(toChipParams(next))
  return (
    <div class="filters" role="group" aria-label="Filters">
      {chips.map((chip) => {
        const { what, how, value } = nameChip(chip)
        return (
          <span class="chip" key={formatChip(chip)}>
            <span>{what}</span>
            {chip.kind === 'value' ? (
              <button type="button" class="chip__how" title="Turn around" aria-label={`${what} ${how} ${value}: turn around`} onClick={() => set(toggleChip(chips, { ...chip, isExcluded: !chip.isExcluded }))}>
                {how}
              </button>
            ) : (
              <span class="chip__how">{how}</span>
            )}
            <bdi class="chip__value" title={value}>
              {value}
            </bdi>
            <button type="button" class="chip__remove" title="Remove" aria-label={`Remove the filter ${what} ${how} ${value}`} onClick={() => set(toggleChip(chips, chip))}>
              <span aria-hidden="true">×</span>
            </button>
          </span>
        )
      })}
      <Menu label="Filter" name="Add a filter">
        {(close) => (
          <AddFilter
            onAdd={(chip) => {
              set(toggleChip(chips, chip))
              close()
            }}
          />
        )}
      </Menu>
      {share === null && (
        <>
          <SavedMenu />
          <ShareMenu />
        </>
      )}
      {chips.length > 1 && (
        <button type="button" class="button button--small button--plain" onClick={() => set([])}>
          Clear
        </button>
      )}
    </div>
  )
}

const VALUES = 12
/** Typing goes on for a moment before the server is asked. */
const TYPING_MS = 200

function AddFilter({ onAdd }: { readonly onAdd: (chip: Chip) => void }) {
  const { api, page, session, share } = useDashboard()
  const dimensions = share === null ? DIMENSIONS : DIMENSIONS.filter((each) => !HIDDEN_FROM_SHARES.includes(each))
  const dimension = useSignal<Dimension>('endpoint')
  const search = useSignal('')
  const isExcluded = useSignal(false)
  const values = useSignal<readonly DimensionValue[] | null>(null)
  const of = dimension.value
  const text = search.value
  const isText = of !== 'status' && of !== 'bot'

  useEffect(() => {
    const leaving = new AbortController()
    const timer = setTimeout(() => void ask(), text === '' ? 0 : TYPING_MS)
    async function ask() {
      const filter = text === '' || !isText ? null : (['contains', of, [text]] as const)
      const { range, ...about } = toQueryScope({ ...page.peek().scope, chips: [] }, filter)
      const query = { ...about, range: range ?? '24h', metrics: ['requests'], dimensions: [of], limit: VALUES } as const
      const result = await api.page(session.key.peek() ?? '', { queries: { values: query }, extras: {} }, leaving.signal)
      const answer = result.ok ? result.value.answers['values'] : undefined
      if (!leaving.signal.aborted) values.value = answer === undefined ? [] : toRows(answer).map(({ keys: [value = null] }) => value)
    }
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [of, text, isText, api, page, session, values])

  return (
    <div class="menu__filter">
      <label class="menu__field">
        What
        <select
          value={of}
          onChange={({ currentTarget: { value } }) => {
            dimension.value = DIMENSIONS.find((each) => each === value) ?? 'endpoint'
            values.value = null
          }}
        >
          {dimensions.map((each) => (
            <option key={each} value={each}>
              {DIMENSION_NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      {isText && (
        <label class="menu__field">
          Contains
          <input type="search" value={text} onInput={({ currentTarget }) => (search.value = currentTarget.value)} />
        </label>
      )}
      <label class="menu__check">
        <input type="checkbox" checked={isExcluded.value} onChange={({ currentTarget }) => (isExcluded.value = currentTarget.checked)} />
        Exclude it
      </label>
      <ul class="menu__values" aria-label="Values">
        {values.value?.map((value) => (
          <li key={String(value)}>
            <button type="button" class="menu__value" onClick={() => onAdd({ kind: 'value', dimension: of, isExcluded: isExcluded.value, value })}>
              {value === null ? <em class="quiet">unknown</em> : <bdi>{nameValue(of, value)}</bdi>}
            </button>
          </li>
        ))}
      </ul>
      <p class="quiet" role="status">
        {values.value === null ? 'Asking…' : values.value.length === 0 ? 'No values.' : ''}
      </p>
    </div>
  )
}
