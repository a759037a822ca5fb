import { computed, signal, type ReadonlySignal } from '@preact/signals'

export type Theme = 'light' | 'dark'

/** Light or dark: the system's, until the reader chooses the other one. */
export interface ThemeChoice {
  readonly value: ReadonlySignal<Theme>
  /** The choice against the system; `null` while the page follows it. */
  readonly override: ReadonlySignal<Theme | null>
  toggle(): void
}

export interface ThemeChoiceOptions {
  /** `matchMedia('(prefers-color-scheme: dark)')` */
  readonly prefersDark: { readonly matches: boolean; addEventListener(type: 'change', listener: () => void): void }
  /** `localStorage`, or `null` where the browser denies it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null
}

export function createThemeChoice({ prefersDark, storage }: ThemeChoiceOptions): ThemeChoice {
  const system = signal<Theme>(prefersDark.matches ? 'dark' : 'light')
  const override = signal(parseTheme(storage?.getItem(STORAGE_NAME) ?? null))
  const value = computed(() => override.value ?? system.value)
  prefersDark.addEventListener('change', () => (system.value = prefersDark.matches ? 'dark' : 'light'))
  return {
    value,
    override,
    toggle() {
      const next = value.peek() === 'dark' ? 'light' : 'dark'
      // Back at the system's theme the page follows it again, at dusk too.
      override.value = next === system.peek() ? null : next
      if (override.value === null) storage?.removeItem(STORAGE_NAME)
      else storage?.setItem(STORAGE_NAME, next)
    },
  }
}

const STORAGE_NAME = 'wayside.theme'

function parseTheme(text: string | null): Theme | null {
  return text === 'light' || text === 'dark' ? text : null
}
