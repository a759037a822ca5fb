import { signal, type ReadonlySignal } from '@preact/signals'

/** Something that a reader turns on or off, kept in the browser. */
export interface Setting {
  readonly value: ReadonlySignal<boolean>
  set(value: boolean): void
}

/** @param storage - `localStorage`, or `null` where the browser denies it */
export function createSetting(name: string, otherwise: boolean, storage: Pick<Storage, 'getItem' | 'setItem'> | null): Setting {
  const kept = storage?.getItem(name) ?? null
  const value = signal(kept === 'yes' ? true : kept === 'no' ? false : otherwise)
  return {
    value,
    set(next) {
      storage?.setItem(name, next ? 'yes' : 'no')
      value.value = next
    },
  }
}
