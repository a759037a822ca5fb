import { useEffect, useRef } from 'preact/hooks'
import { useDashboard } from '../../state/use-dashboard.ts'

const TYPING_MS = 250

/** Searches a view's main table; what is searched for is in the address. */
export function SearchBox({ label }: { readonly label: string }) {
  const { address, page } = useDashboard()
  const field = useRef<HTMLInputElement>(null)
  const text = page.value.params.get('q') ?? ''
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  // What somebody types is ahead of the address; all else follows it.
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement) field.current.value = text
  }, [text])
  const onInput = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => address.set({ q: field.current?.value || null }, 'replace'), TYPING_MS)
  }
  return <input ref={field} type="search" class="search" aria-label={label} placeholder={label} defaultValue={text} onInput={onInput} />
}
