import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useDashboard } from '../../state/use-dashboard.ts'
import { act } from '../frame/act.ts'
import { askValues, toValueCommands } from './ask-values.ts'
import { matchCommands, toCommands, type Command, type CommandSources } from './commands.ts'

export interface PaletteDialogProps {
  readonly views: CommandSources['views']
  readonly onClose: () => void
}

/** Typing goes on for a moment before the server is asked. */
const TYPING_MS = 200

/** Finds views, projects, periods, actions and values by their words. The focus stays in the field; arrows choose. */
export function PaletteDialog({ views, onClose }: PaletteDialogProps) {
  const dashboard = useDashboard()
  const { api, page, person, saved, session } = dashboard
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const text = useSignal('')
  const chosen = useSignal(0)
  const values = useSignal<readonly Command[] | 'asking'>([])
  // Before it is painted: what is typed right after the key belongs here.
  useLayoutEffect(() => dialog.current?.showModal(), [])

  const search = text.value
  useEffect(() => {
    const queries = askValues(page.peek().scope, search)
    values.value = queries === null ? [] : 'asking'
    if (queries === null) return
    const leaving = new AbortController()
    const ask = async () => {
      const result = await api.page(session.key.peek() ?? '', { queries, extras: {} }, leaving.signal)
      if (!leaving.signal.aborted) values.value = result.ok ? toValueCommands(result.value.answers) : []
    }
    const timer = setTimeout(() => void ask(), TYPING_MS)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [search, api, page, session, values])

  const sources = { views, projects: person.value?.projects ?? [], saved: saved.list.value, isFiltered: page.value.scope.chips.length > 0 }
  const commands = [...matchCommands(toCommands(sources), search), ...(values.value === 'asking' ? [] : values.value)]
  const at = Math.min(chosen.value, commands.length - 1)
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: 'nearest' }), [at])

  const run = ({ action }: Command) => {
    // The dialog first: what it does may put the focus somewhere.
    dialog.current?.close()
    act(dashboard, action)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const command = commands[at]
    if (event.key === 'ArrowDown') chosen.value = (at + 1) % commands.length
    else if (event.key === 'ArrowUp') chosen.value = (at - 1 + commands.length) % commands.length
    else if (event.key === 'Enter') {
      if (command !== undefined && !event.isComposing) run(command)
    } else return
    event.preventDefault()
  }
  return (
    <dialog ref={dialog} class="dialog palette" aria-label="Find a view, a value, an action" onClose={onClose}>
      <input
        type="text"
        class="search palette__field"
        role="combobox"
        aria-label="Find a view, a value, an action"
        aria-expanded={commands.length > 0}
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant={commands.length > 0 ? `palette-${at}` : undefined}
        placeholder="Find a view, a value, an action"
        autocomplete="off"
        spellcheck={false}
        value={search}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value
          chosen.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id="palette-list" class="palette__list" role="listbox" aria-label="Found" hidden={commands.length === 0}>
        {commands.map((command, index) => (
          <li key={`${command.group} ${JSON.stringify(command.action)}`} id={`palette-${index}`} class="palette__line" role="option" aria-selected={index === at} onClick={() => run(command)}>
            <bdi>{command.name}</bdi>
            <span class="quiet">{command.group}</span>
          </li>
        ))}
      </ul>
      <p class={commands.length === 0 ? 'quiet' : 'visually-hidden'} role="status">
        {commands.length > 0 ? `${commands.length} found` : values.value === 'asking' ? 'Asking…' : 'Nothing found.'}
      </p>
    </dialog>
  )
}
