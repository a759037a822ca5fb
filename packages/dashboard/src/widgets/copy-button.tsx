import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RefObject } from 'preact'
import { Icon } from './icon.tsx'

export interface CopyButtonProps {
  /** What is copied, such as `key`, for screen readers. */
  readonly what: string
  /** The element whose text is copied. */
  readonly from: RefObject<HTMLElement | null>
}

const SAID_MS = 2_000
const SAYINGS = { copied: 'Copied', selected: 'Press Ctrl+C or ⌘C' } as const

/** Copies a text. Browsers forbid that on plain HTTP off loopback: there it selects the text and says what to press. */
export function CopyButton({ what, from }: CopyButtonProps) {
  const said = useSignal<'copied' | 'selected' | null>(null)
  const { value } = said
  useEffect(() => {
    if (value !== 'copied') return
    const timer = setTimeout(() => (said.value = null), SAID_MS)
    return () => clearTimeout(timer)
  }, [value, said])

  async function copy() {
    const { current } = from
    if (current === null) return
    try {
      await navigator.clipboard.writeText(current.textContent ?? '')
      said.value = 'copied'
    } catch {
      getSelection()?.selectAllChildren(current)
      said.value = 'selected'
    }
  }

  return (
    <button type="button" class="button button--small" onClick={() => void copy()}>
      <Icon name={value === 'copied' ? 'check' : 'copy'} />
      <span aria-live="polite">{value === null ? 'Copy' : SAYINGS[value]}</span>
      <span class="visually-hidden"> {what}</span>
    </button>
  )
}
