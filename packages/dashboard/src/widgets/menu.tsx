import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export interface MenuProps {
  /** What its button says. */
  readonly label: ComponentChildren
  /** For screen readers, where the label alone says too little. */
  readonly name?: string
  readonly isChosen?: boolean
  /** What it holds. @param close - to be called when something was chosen */
  readonly children: (close: () => void) => ComponentChildren
}

/** A button and what it opens below itself. Escape, and a click elsewhere, close it. */
export function Menu({ label, name, isChosen = false, children }: MenuProps) {
  const isOpen = useSignal(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const open = isOpen.value
  useEffect(() => {
    if (!open) return
    const onElsewhere = ({ target }: Event) => {
      if (!(target instanceof Node && root.current?.contains(target))) isOpen.value = false
    }
    document.addEventListener('pointerdown', onElsewhere)
    document.addEventListener('focusin', onElsewhere)
    return () => {
      document.removeEventListener('pointerdown', onElsewhere)
      document.removeEventListener('focusin', onElsewhere)
    }
  }, [open, isOpen])
  const close = () => {
    isOpen.value = false
    button.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isOpen.value) return
    event.stopPropagation()
    close()
  }
  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class={isChosen ? 'button button--small button--chosen' : 'button button--small'}
        aria-expanded={open}
        aria-label={name}
        onClick={() => (isOpen.value = !open)}
      >
        {label}
        <span aria-hidden="true">▾</span>
      </button>
      {open && <div class="menu__content">{children(close)}</div>}
    </div>
  )
}
