import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import type { RefObject } from 'preact'

/** Width of an element in whole CSS pixels as it changes; 0 until it is laid out. */
export function useWidth(element: RefObject<HTMLElement | null>): ReadonlySignal<number> {
  const width = useSignal(0)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return
    // Measured before the first paint, so that nothing is drawn twice.
    width.value = Math.floor(current.getBoundingClientRect().width)
    const observer = new ResizeObserver(([entry]) => (width.value = Math.floor(entry?.contentRect.width ?? 0)))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element, width])
  return width
}
