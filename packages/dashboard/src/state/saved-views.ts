import type { SavedView } from '@wayside/protocol'
import { signal, type ReadonlySignal } from '@preact/signals'

/** What a reader has saved in this browser. */
export interface SavedViews {
  readonly list: ReadonlySignal<readonly SavedView[]>
  /** Saves a view, in place of the one of the same name. The oldest gives way where there are too many. */
  save(view: SavedView): void
  remove(name: string): void
}

const STORAGE_NAME = 'wayside.saved'
const MAX_VIEWS = 50
const MAX_NAME_LENGTH = 80

/** @param storage - `localStorage`, or `null` where the browser denies it: what is saved then ends with the page */
export function createSavedViews(storage: Pick<Storage, 'getItem' | 'setItem'> | null): SavedViews {
  const list = signal(parse(storage?.getItem(STORAGE_NAME) ?? null))
  const keep = (next: readonly SavedView[]) => {
    list.value = next
    storage?.setItem(STORAGE_NAME, JSON.stringify(next))
  }
  const without = (name: string) => list.peek().filter((view) => view.name !== name)
  return {
    list,
    save(view) {
      const name = view.name.trim().slice(0, MAX_NAME_LENGTH)
      if (name !== '') keep([...without(name), { ...view, name }].slice(-MAX_VIEWS))
    },
    remove: (name) => keep(without(name)),
  }
}

/** What other scripts or versions have left in the storage counts as nothing. */
function parse(text: string | null): readonly SavedView[] {
  try {
    const saved: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(saved) ? saved.filter(isSavedView).slice(-MAX_VIEWS) : []
  } catch {
    return []
  }
}

function isSavedView(value: unknown): value is SavedView {
  return typeof value === 'object' && value !== null && ['name', 'place', 'query'].every((member) => typeof Reflect.get(value, member) === 'string')
}
