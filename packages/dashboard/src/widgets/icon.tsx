const PATHS = {
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 1.5v3h-3',
  sun: 'M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  find: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3 14 14',
  leave: 'M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10 11l3-3-3-3M13 8H6.5',
  copy: 'M5.5 5.5h7a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1ZM2.5 10.5v-7a1 1 0 0 1 1-1h7',
  check: 'M3 8.5l3.2 3.2L13 5',
  warning: 'M8 2 1.5 13.5h13L8 2ZM8 6.5v3.2M8 11.6v.1',
} as const

/** A drawing beside a word or inside a labelled button; it says nothing to a screen reader. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The mark: a road that narrows to the horizon, and what it passes. */
export function Brand() {
  return (
    <svg class="brand" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <rect class="brand__ground" width="24" height="24" rx="6" />
      <path class="brand__road" d="M6 19.5 10.3 5M18 19.5 13.7 5M12 18.5v-2.6M12 13.2v-2M12 8.6V7.2" />
    </svg>
  )
}
